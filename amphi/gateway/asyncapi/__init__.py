"""The wire as an AsyncAPI 3 document, made from the structs that speak it: it cannot lag behind."""

from amphi.gateway.asyncapi.document import document

__all__ = ["document"]
