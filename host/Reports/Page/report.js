// Draws the charts of a report from the JSON beside it, with Apache ECharts; again when colours or width change.
(function () {
  'use strict';
  const charts = JSON.parse(document.getElementById('charts').textContent);
  const places = [...document.querySelectorAll('.chart')];
  const probe = document.body.appendChild(document.createElement('span'));
  const narrowWidth = 640;
  const barSpace = { barGap: '8%', barCategoryGap: '24%', barMaxWidth: 48 };

  /** A colour of report.css as it is now. */
  function color(name) {
    probe.style.color = `var(--${name})`;
    return getComputedStyle(probe).color;
  }

  function number(value, digits) {
    return value.toLocaleString('en', { maximumFractionDigits: digits });
  }

  /** A value as text: in full for tooltips, short for axes. */
  function text(value, unit, short) {
    if (typeof value !== 'number' || !isFinite(value)) return '';
    if (unit === 'percent') return short ? `${number(value, 0)} %` : `${value.toFixed(1)} %`;
    if (unit === 'bytes') return short ? `${number(value / 1024, 0)} KB` : `${number(value / 1024, 1)} KB`;
    if (unit === 'count' && short) {
      if (value >= 1e9) return `${number(value / 1e9, 1)}G`;
      if (value >= 1e6) return `${number(value / 1e6, 1)}M`;
      if (value >= 1e3) return `${number(value / 1e3, 1)}k`;
    }
    return number(value, unit === 'count' ? 0 : 4);
  }

  function axis(spec, theme, narrow, scaled) {
    const category = spec.categories.length > 0;
    const result = {
      type: category ? 'category' : spec.log ? 'log' : 'value',
      name: spec.name,
      nameTextStyle: { color: theme.soft },
      axisLabel: { color: theme.soft, hideOverlap: !category },
      axisLine: { show: true, lineStyle: { color: theme.line } },
      axisTick: { show: !category, lineStyle: { color: theme.line } },
      splitLine: { show: !category, lineStyle: { color: theme.line, opacity: 0.6 } },
      min: spec.min,
      max: spec.max,
      scale: scaled,
    };
    if (spec.unit === 'bytes') {
      // Ticks at powers of two of a KB.
      result.interval = 2 ** Math.ceil(Math.log2(spec.max / (narrow ? 4 : 9)));
      result.max = Math.ceil(spec.max / result.interval) * result.interval;
    }
    if (spec.unit === 'percent' && spec.max > spec.min) {
      result.interval = spec.max - spec.min <= 30 ? 5 : narrow ? 50 : 20;
    }
    if (category) {
      result.data = spec.categories;
      result.axisLabel.interval = 0;
    } else {
      result.axisLabel.formatter = (value) => text(value, spec.unit, true);
    }
    return result;
  }

  /** Whiskers from low to high, at the middle of the series' bar or at its points. */
  function whiskers(spec, series, index, count, lying, theme) {
    const data = series.points.filter((p) => p.low < p.high).map((p) => [p.x, p.low, p.high]);
    return {
      type: 'custom',
      name: series.name,
      silent: true,
      tooltip: { show: false },
      z: 5,
      data,
      encode: lying ? { y: 0, x: [1, 2] } : { x: 0, y: [1, 2] },
      renderItem(params, api) {
        const at = (value) => api.coord(lying ? [value, api.value(0)] : [api.value(0), value]);
        const [low, high] = [at(api.value(1)), at(api.value(2))];
        let shift = 0;
        let cap = 4;
        if (spec.kind === 'bars') {
          const bar = api.barLayout({ count, ...barSpace })[index];
          shift = bar.offsetCenter;
          cap = Math.min(4, bar.width / 3);
        }
        const side = lying ? 1 : 0;
        low[side] += shift;
        high[side] += shift;
        const stroke = (from, to) => ({
          type: 'line',
          shape: { x1: from[0], y1: from[1], x2: to[0], y2: to[1] },
          style: { stroke: spec.kind === 'bars' ? theme.ink : color(series.color), lineWidth: 1.2, fill: null },
        });
        const ends = [low, high].map((end) => {
          const [from, to] = [[...end], [...end]];
          from[side] -= cap;
          to[side] += cap;
          return stroke(from, to);
        });
        return { type: 'group', children: [stroke(low, high), ...ends] };
      },
    };
  }

  function draw(spec, series, lying, theme, labelled) {
    const key = color(series.color);
    const published = series.style === 'published';
    if (spec.kind !== 'lines') {
      const values = spec.x.categories.map((_, place) => ({
        value: series.points.find((p) => p.x === place)?.y ?? null,
        itemStyle: series.pointColors?.[place] ? { color: color(series.pointColors[place]) } : undefined,
      }));
      return {
        type: 'bar',
        name: series.name,
        data: values,
        stack: spec.kind === 'stack' ? 'all' : undefined,
        ...barSpace,
        itemStyle: published
          ? { color: 'transparent', borderColor: key, borderType: 'dashed', borderWidth: 1.5 }
          : { color: key },
        label: {
          show: labelled,
          position: 'inside',
          color: published ? theme.ink : theme.card,
          fontWeight: 'bold',
          formatter: ({ value }) => text(value, spec.y.unit),
        },
      };
    }
    const point = series.style === 'star' || published;
    return {
      type: series.style === 'line' ? 'line' : 'scatter',
      name: series.name,
      data: series.points.map((p) => [p.x, p.y]),
      symbol: point ? 'diamond' : 'circle',
      symbolSize: point ? 15 : series.style === 'dots' ? 4 : 6,
      showSymbol: series.points.length <= 30,
      z: point ? 6 : series.style === 'dots' ? 1 : 3,
      lineStyle: { color: key, width: 2 },
      itemStyle: { color: key, opacity: series.style === 'dots' ? 0.45 : 1 },
      label: {
        show: published,
        position: 'bottom',
        color: theme.ink,
        formatter: ({ seriesName }) => seriesName,
      },
    };
  }

  /** A colour between two that are given as rgb(), 0: the first. */
  function between(from, to, part) {
    const [one, other] = [from, to].map((text) => text.match(/[\d.]+/g).map(Number));
    return `rgb(${[0, 1, 2].map((i) => Math.round(one[i] + part * (other[i] - one[i]))).join(',')})`;
  }

  /** Room for the names of a matrix's rows, in pixels: the longest breaks into as few lines as fit. */
  function rowLabels(spec, narrow) {
    const longest = 6.4 * Math.max(...spec.series.map((one) => one.name.length));
    const width = Math.min(narrow ? 96 : 400, longest);
    return { width, height: Math.max(28, 12 * Math.ceil(1.15 * longest / width) + 4) };
  }

  /** Rows of cells, a row for each series: the greater a number, the stronger its colour. */
  function cells(spec, theme, narrow) {
    const all = spec.series.flatMap((one) => one.points.map((p) => p.y));
    const [least, most] = [Math.min(...all), Math.max(...all)];
    const best = spec.x.categories.map((_, place) => Math.max(
      ...spec.series.filter((one) => one.style !== 'published').flatMap((one) => one.points)
        .filter((p) => p.x === place).map((p) => p.y),
    ));
    const data = spec.series.flatMap((one, row) => one.points.map((p) => [p.x, row, p.y]));
    const strong = color('attune');
    return {
      type: 'custom',
      name: spec.y.name,
      data,
      encode: { x: 0, y: 1 },
      tooltip: {
        formatter: ({ value }) => `${spec.series[value[1]].name}, ${spec.x.categories[value[0]]}: ${text(value[2], spec.y.unit)}`,
      },
      renderItem(params, api) {
        const [x, y] = api.coord([api.value(0), api.value(1)]);
        const [width, height] = api.size([1, 1]);
        const value = api.value(2);
        const part = most > least ? (value - least) / (most - least) : 1;
        return {
          type: 'rect',
          shape: { x: x - width / 2 + 1, y: y - height / 2 + 1, width: width - 2, height: height - 2, r: 3 },
          style: { fill: between(theme.card, strong, 0.04 + 0.56 * part) },
          textContent: {
            type: 'text',
            style: {
              text: value.toFixed(narrow ? 0 : 1),
              fill: theme.ink,
              fontSize: narrow ? 8 : 12,
              fontWeight: value === best[api.value(0)] && spec.series[api.value(1)].style !== 'published' ? 'bold' : 'normal',
            },
          },
          textConfig: { position: 'inside' },
        };
      },
    };
  }

  function isLying(spec, width) {
    return spec.kind === 'stack' || (spec.kind === 'bars' && (spec.lying || width < narrowWidth));
  }

  function option(spec, width) {
    const theme = { ink: color('ink'), soft: color('soft'), line: color('line'), card: color('card') };
    const narrow = width < narrowWidth;
    const groups = spec.x.categories.length;
    const bars = groups * spec.series.length;
    const lying = isLying(spec, width);
    const labelled = spec.kind === 'bars' && bars <= 8;
    const matrix = spec.kind === 'matrix';
    const place = axis(spec.x, theme, narrow, false);
    const rows = { ...spec.y, categories: spec.series.map((one) => one.name) };
    const value = axis(matrix ? rows : spec.y, theme, narrow, spec.kind === 'lines');
    const below = { nameLocation: 'middle', nameGap: 30 };
    if (lying) {
      Object.assign(value, below);
      Object.assign(place, { inverse: true, name: '' });
      Object.assign(place.axisLabel, {
        width: Math.min(narrow ? 110 : 260, 8 * Math.max(...spec.x.categories.map((name) => name.length))),
        overflow: 'break',
        lineHeight: 15,
      });
    } else {
      Object.assign(value, { nameLocation: 'end', nameGap: 14 });
      value.nameTextStyle.align = 'left';
      Object.assign(place, groups ? { name: '' } : below);
      if (groups > 6) place.axisLabel.rotate = narrow && matrix ? 90 : 30;
    }
    if (matrix) {
      Object.assign(value, { inverse: true, name: '', min: undefined, max: undefined, interval: undefined });
      Object.assign(value.axisLabel, { width: rowLabels(spec, narrow).width, overflow: 'break', lineHeight: 12 });
      if (narrow) value.axisLabel.fontSize = place.axisLabel.fontSize = 9;
    }
    const series = matrix
      ? [cells(spec, theme, narrow)]
      : spec.series.map((one) => draw(spec, one, lying, theme, labelled));
    spec.series.forEach((one, index) => {
      if (matrix) return;
      if (one.points.some((p) => p.low < p.high)) {
        series.push(whiskers(spec, one, index, spec.series.length, lying, theme));
      }
    });
    if (spec.guides.length) {
      series.push({
        type: spec.kind === 'lines' ? 'line' : 'bar',
        name: ' ',
        stack: 'all',
        data: [],
        markLine: {
          silent: true,
          symbol: 'none',
          animation: false,
          lineStyle: { color: theme.ink, type: 'dashed', width: 1.4 },
          label: {
            color: theme.ink,
            position: lying ? 'start' : 'insideEndTop',
            formatter: ({ name }) => name,
          },
          data: spec.guides.map((guide) => ({ name: guide.name, [lying ? 'xAxis' : 'yAxis']: guide.value })),
        },
      });
    }
    return {
      animation: false,
      backgroundColor: 'transparent',
      textStyle: { fontFamily: 'system-ui, sans-serif' },
      aria: { enabled: true },
      legend: { show: false },
      grid: { left: lying ? 20 : 12, right: narrow ? 16 : 28, top: lying ? 24 : 34, bottom: 36, containLabel: true },
      xAxis: lying ? value : place,
      yAxis: lying ? place : value,
      tooltip: {
        trigger: spec.kind === 'lines' || matrix ? 'item' : 'axis',
        axisPointer: { type: 'shadow' },
        confine: true,
        backgroundColor: theme.card,
        borderColor: theme.line,
        textStyle: { color: theme.ink },
        valueFormatter: (one) =>
          Array.isArray(one)
            ? `${text(one[1], spec.y.unit)} at ${text(one[0], spec.x.unit)}`
            : text(one, spec.y.unit),
      },
      series,
    };
  }

  function height(spec, width) {
    const groups = spec.x.categories.length;
    if (spec.kind === 'matrix') return 100 + spec.series.length * rowLabels(spec, width < narrowWidth).height;
    if (spec.kind === 'stack') return 90 + groups * 52;
    if (isLying(spec, width)) {
      return 90 + groups * (spec.series.length * 13 + 14);
    }
    return width < narrowWidth ? 320 : 400;
  }

  function show(index) {
    const place = places[index];
    const width = place.clientWidth;
    place.style.height = `${height(charts[index], width)}px`;
    const chart = echarts.getInstanceByDom(place) ?? echarts.init(place, null, { renderer: 'svg' });
    chart.resize();
    chart.setOption(option(charts[index], width), { notMerge: true });
    place.previousElementSibling.querySelectorAll('[aria-pressed=false]').forEach((button) => {
      chart.dispatchAction({ type: 'legendUnSelect', name: button.dataset.series });
    });
  }

  function showAll() {
    charts.forEach((_, index) => show(index));
  }

  const dark = matchMedia('(prefers-color-scheme: dark)');
  const button = document.getElementById('theme');
  let chosen = null;
  function isDark() {
    return chosen ?? dark.matches;
  }
  function applyTheme() {
    document.documentElement.style.colorScheme = chosen === null ? '' : chosen ? 'dark' : 'light';
    button.textContent = isDark() ? 'Light' : 'Dark';
    button.setAttribute('aria-label', `switch to ${isDark() ? 'light' : 'dark'} colours`);
    showAll();
  }
  button.hidden = false;
  button.addEventListener('click', () => {
    chosen = !isDark();
    applyTheme();
  });
  dark.addEventListener('change', applyTheme);

  document.querySelectorAll('.legend button').forEach((key) => {
    key.addEventListener('click', () => {
      const shown = key.getAttribute('aria-pressed') !== 'true';
      key.setAttribute('aria-pressed', shown);
      echarts
        .getInstanceByDom(key.parentElement.nextElementSibling)
        .dispatchAction({ type: shown ? 'legendSelect' : 'legendUnSelect', name: key.dataset.series });
    });
  });

  let lastWidth = document.body.clientWidth;
  addEventListener('resize', () => {
    if (document.body.clientWidth !== lastWidth) {
      lastWidth = document.body.clientWidth;
      showAll();
    }
  });
  applyTheme();
})();
