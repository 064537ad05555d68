#include <algorithm>
#include <candela/core/metrics.hpp>
#include <charconv>
#include <cmath>
#include <stdexcept>

namespace candela::metrics {

namespace {

bool is_name(std::string_view name, bool colon_allowed) noexcept {
  const auto allowed = [&](char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || byte == '_' ||
           (colon_allowed && byte == ':') || (byte >= '0' && byte <= '9');
  };
  return !name.empty() && !(name[0] >= '0' && name[0] <= '9') && std::ranges::all_of(name, allowed);
}

// The format escapes backslash and line feed, and the quote in label values only.
void append_escaped(std::string& out, std::string_view text, bool quotes) {
  for (const char byte : text) {
    if (byte == '\\') {
      out += "\\\\";
    } else if (byte == '\n') {
      out += "\\n";
    } else if (byte == '"' && quotes) {
      out += "\\\"";
    } else {
      out += byte;
    }
  }
}

std::string written_labels(const labels& series) {
  labels sorted = series;
  std::ranges::sort(sorted);
  std::string out;
  for (std::size_t i = 0; i != sorted.size(); ++i) {
    const auto& [name, value] = sorted[i];
    if (!is_name(name, false) || name == "le") throw std::invalid_argument("not a label name: " + name);
    if (i != 0 && sorted[i - 1].first == name) throw std::invalid_argument("a label is given twice: " + name);
    if (i != 0) out += ',';
    out.append(name).append("=\"");
    append_escaped(out, value, true);
    out += '"';
  }
  return out;
}

template <class Number>
void append_number(std::string& out, Number value) {
  char digits[32];
  const auto written = std::to_chars(digits, digits + sizeof digits, value);
  out.append(digits, written.ptr);
}

void append_value(std::string& out, double value) {
  if (std::isnan(value)) {
    out += "NaN";
  } else if (std::isinf(value)) {
    out += value < 0 ? "-Inf" : "+Inf";
  } else {
    append_number(out, value);
  }
}

// A sample's name and labels, and the space before its value.
void append_sample(std::string& out, std::string_view name, std::string_view suffix, std::string_view written) {
  out.append(name).append(suffix);
  if (!written.empty()) out.append("{").append(written).append("}");
  out += ' ';
}

template <class Cells>
void render_sum(std::string& out, std::string_view name, std::string_view written, const Cells& cells) {
  decltype(cells.front()->value()) total = 0;
  for (const auto& cell : cells) {
    if (cell != nullptr) total += cell->value();
  }
  append_sample(out, name, "", written);
  append_number(out, total);
  out += '\n';
}

void render_bucket(std::string& out, std::string_view name, std::string_view written, std::string_view bound,
                   std::uint64_t count) {
  out.append(name).append("_bucket{").append(written);
  if (!written.empty()) out += ',';
  out.append("le=\"").append(bound).append("\"} ");
  append_number(out, count);
  out += '\n';
}

void render_histogram(std::string& out, std::string_view name, std::string_view written, const histogram_sum& sum) {
  for (std::size_t i = 0; i != histogram_sum::bounds_ns.size(); ++i) {
    std::string bound;
    append_number(bound, static_cast<double>(histogram_sum::bounds_ns[i]) / 1e9);
    render_bucket(out, name, written, bound, sum.count_within(i));
  }
  render_bucket(out, name, written, "+Inf", sum.count());
  append_sample(out, name, "_sum", written);
  append_value(out, std::chrono::duration<double>(sum.sum()).count());
  out += '\n';
  append_sample(out, name, "_count", written);
  append_number(out, sum.count());
  out += '\n';
}

}  // namespace

registry::family& registry::family_of(std::string_view name, std::string_view help, kind type) {
  if (!is_name(name, true)) throw std::invalid_argument("not a metric name: " + std::string(name));
  auto found = families_.find(name);
  if (found == families_.end()) found = families_.emplace(name, family{type, std::string(help), {}}).first;
  if (found->second.type != type) throw std::logic_error("a metric of another kind: " + std::string(name));
  return found->second;
}

template <class Cell>
Cell& registry::cell_of(std::string_view name, std::string_view help, kind type, const labels& series,
                        unsigned worker) {
  const std::string written = written_labels(series);
  const std::scoped_lock held(lock_);
  auto& data = family_of(name, help, type).series.try_emplace(written, cells<Cell>()).first->second;
  auto* own = std::get_if<cells<Cell>>(&data);
  if (own == nullptr) throw std::logic_error("a computed metric has no cells: " + std::string(name));
  if (own->size() <= worker) own->resize(worker + 1);
  auto& cell = (*own)[worker];
  if (cell == nullptr) cell = std::make_unique<Cell>();
  return *cell;
}

void registry::computed(std::string_view name, std::string_view help, kind type, const labels& series,
                        std::function<double()> compute) {
  const std::string written = written_labels(series);
  const std::scoped_lock held(lock_);
  auto& all = family_of(name, help, type).series;
  const auto found = all.find(written);
  if (found != all.end() && !std::holds_alternative<std::function<double()>>(found->second)) {
    throw std::logic_error("a metric with cells cannot be computed: " + std::string(name));
  }
  all.insert_or_assign(written, std::move(compute));
}

counter& registry::counter_cell(std::string_view name, std::string_view help, const labels& series, unsigned worker) {
  return cell_of<counter>(name, help, kind::counter, series, worker);
}

gauge& registry::gauge_cell(std::string_view name, std::string_view help, const labels& series, unsigned worker) {
  return cell_of<gauge>(name, help, kind::gauge, series, worker);
}

histogram& registry::histogram_cell(std::string_view name, std::string_view help, const labels& series,
                                    unsigned worker) {
  return cell_of<histogram>(name, help, kind::histogram, series, worker);
}

void registry::computed_gauge(std::string_view name, std::string_view help, const labels& series,
                              std::function<double()> compute) {
  computed(name, help, kind::gauge, series, std::move(compute));
}

void registry::computed_counter(std::string_view name, std::string_view help, const labels& series,
                                std::function<double()> compute) {
  computed(name, help, kind::counter, series, std::move(compute));
}

namespace {

struct renderer {
  std::string& out;
  std::string_view name;
  std::string_view written;

  template <class Cell>
  void operator()(const std::vector<std::unique_ptr<Cell>>& cells) const {
    render_sum(out, name, written, cells);
  }
  void operator()(const std::vector<std::unique_ptr<histogram>>& cells) const {
    histogram_sum sum;
    for (const auto& cell : cells) {
      if (cell != nullptr) sum.add(*cell);
    }
    render_histogram(out, name, written, sum);
  }
  void operator()(const std::function<double()>& compute) const {
    append_sample(out, name, "", written);
    append_value(out, compute());
    out += '\n';
  }
};

}  // namespace

void registry::render(std::string& out) const {
  static constexpr std::string_view kind_names[] = {"counter", "gauge", "histogram"};
  const std::scoped_lock held(lock_);
  for (const auto& [name, members] : families_) {
    out.append("# HELP ").append(name).append(" ");
    append_escaped(out, members.help, false);
    out.append("\n# TYPE ").append(name).append(" ").append(kind_names[static_cast<int>(members.type)]).append("\n");
    for (const auto& [written, data] : members.series) std::visit(renderer{out, name, written}, data);
  }
}

}  // namespace candela::metrics
