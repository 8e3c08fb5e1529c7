// Opens native dialogs: a button with data-opens="id" opens the dialog of that id.
// The browser does the rest: Esc closes, the rest of the page is inert, the focus goes back.

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-opens]");
  if (button) document.getElementById(button.dataset.opens)?.showModal();
});
