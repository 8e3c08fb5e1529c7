"""HTTP for interns, proxy holders and the public: today JSON (protocol.md §2), pages later."""
