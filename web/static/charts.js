// Draws the picture beside a table out of the table itself: its first column names the bars, its figures are their lengths.
const style = getComputedStyle(document.documentElement);
const colour = (name) => style.getPropertyValue(name).trim();
const shades = ["--accent", "--violet", "--amber"];

function drawn(canvas) {
  const table = document.getElementById(canvas.dataset.chart);
  const headings = [...table.querySelectorAll("thead th.figure")].map((cell) => cell.textContent);
  const rows = [...table.querySelectorAll("tbody tr")];
  const figures = rows.map((row) => [...row.querySelectorAll("td.figure")].map((cell) => Number(cell.dataset.value)));
  canvas.parentElement.style.height = `${Math.max(90, 40 + rows.length * headings.length * 20)}px`;
  return new Chart(canvas, {
    type: "bar",
    data: {
      labels: rows.map((row) => row.querySelector("th").textContent),
      datasets: headings.map((label, at) => ({ label, data: figures.map((row) => row[at]), backgroundColor: colour(shades[at % 3]), maxBarThickness: 16 })),
    },
    options: {
      indexAxis: "y",
      animation: false,
      maintainAspectRatio: false,
      plugins: { legend: { display: headings.length > 1, labels: { color: colour("--ink"), boxWidth: 12 } } },
      scales: {
        x: { beginAtZero: true, ticks: { color: colour("--soft"), precision: 0 }, grid: { color: colour("--line") } },
        y: { ticks: { color: colour("--ink") }, grid: { display: false } },
      },
    },
  });
}

let charts = [];
function draw() {
  charts.forEach((chart) => chart.destroy());
  charts = [...document.querySelectorAll("canvas[data-chart]")].map(drawn);
}

draw();
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", draw);
