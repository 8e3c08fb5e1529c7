// A page that answers a form stands in the history as that form: "back" would ask to send it again.
// With the address of the form in its place, "back" opens the form. <form data-address="/sign-in">

const form = document.querySelector("form[data-address]");
if (form) history.replaceState(null, "", form.dataset.address);
