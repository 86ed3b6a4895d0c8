/* Pages work without this file. It only saves steps. */

/* After an error the reader starts at the summary. */
function focusErrors() {
  const summary = document.querySelector("[data-error-summary]");
  if (summary) summary.focus();
}

/* A form is sent once, however often its button is pressed. Going back in the browser allows it again,
   and so does waiting: a download leaves the page as it is. */
function sendOnce(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
  setTimeout(() => delete form.dataset.sent, 8000);
}

function allowAgain() {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
}

/* Says the visitor's own time where the device is in another zone: <time datetime data-own-time="Your time: {}">. */
function showOwnTime() {
  for (const time of document.querySelectorAll("time[data-own-time]")) {
    const moment = new Date(time.dateTime);
    const clock = (zone) =>
      moment.toLocaleString(document.documentElement.lang, { dateStyle: "short", timeStyle: "short", timeZone: zone });
    const own = clock(undefined);
    if (own !== clock(time.dataset.zone)) time.after(` (${time.dataset.ownTime.replace("{}", own)})`);
  }
}

/* An open menu closes when one clicks beside it or presses Escape. */
function closeMenus(event) {
  if (event.type === "keydown" && event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (event.type === "keydown" || !menu.contains(event.target)) menu.open = false;
  }
}

/* Buttons that only a script can serve are shown by the script: <button data-print hidden>. */
function offerPrinting() {
  for (const button of document.querySelectorAll("button[data-print]")) {
    button.hidden = false;
    button.addEventListener("click", () => window.print());
  }
}

/* <button type="button" data-copy="id of a field" hidden> copies what stands there. */
function offerCopying() {
  if (!navigator.clipboard) return;
  for (const button of document.querySelectorAll("button[data-copy]")) {
    const field = document.getElementById(button.dataset.copy);
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(field.value);
      button.nextElementSibling.textContent = button.dataset.copied;
    });
  }
}

focusErrors();
showOwnTime();
offerPrinting();
offerCopying();
document.addEventListener("submit", sendOnce);
window.addEventListener("pageshow", allowAgain);
document.addEventListener("click", closeMenus);
document.addEventListener("keydown", closeMenus);
