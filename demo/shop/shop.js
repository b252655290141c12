// The demo shop: a toy basket, and the shop's page kept for when there is no network.

const count = document.getElementById('basket-count');
const sum = document.getElementById('basket-sum');
let items = 0;
let euros = 0;

for (const product of document.querySelectorAll('.product')) {
  const button = product.querySelector('.add');
  button.setAttribute('aria-label', `Add ${product.querySelector('h3').textContent} to basket`);
  button.addEventListener('click', () => {
    items += 1;
    euros += Number(product.dataset.price);
    count.textContent = String(items);
    sum.textContent = ` · €${euros}`;
    button.textContent = 'Added';
    button.classList.add('added');
  });
}

// A site opens the widget from its own buttons with Deskbell's one function.
document.getElementById('ask').addEventListener('click', () => window.Deskbell?.('open'));

if ('serviceWorker' in navigator) {
  navigator.serviceWorker.register('/service-worker.js').catch((error) => {
    console.warn('The shop will not open without a network.', error);
  });
}
