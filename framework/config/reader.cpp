// The record of asked keys behind a reader, and the search for the others.
#include <candela/config/reader.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <candela/config/detail/node_value.hpp>
#include <candela/config/detail/words.hpp>
#include <candela/config/error.hpp>

namespace candela::config {

struct reader::record {
  node map;
  std::vector<std::string> asked = {};
  std::vector<std::shared_ptr<record>> sections = {};

  [[nodiscard]] bool was_asked(std::string_view key) const { return std::ranges::find(asked, key) != asked.end(); }
  [[nodiscard]] error unknown(const detail::node_value::child& entry, std::string_view hint) const;
  [[nodiscard]] std::vector<error> meant_for(std::string_view key) const;
  void collect_unknown(std::vector<error>& errors) const;
};

reader::reader(node map) : record_(std::make_shared<record>(std::move(map))) {
  const node& section = record_->map;
  if (!section.is_null() && section.kind() != node_kind::map) section.unexpected("a map");
}

const node& reader::map() const noexcept { return record_->map; }

// What is not there knows where to look for the reason, should somebody miss it.
node reader::get(std::string_view key) {
  if (!record_->was_asked(key)) record_->asked.emplace_back(key);
  const node found = record_->map.get(key);
  const detail::node_value& map = *detail::node_value::of(record_->map);
  if (!found.is_null() || std::ranges::find(map.children, key, &detail::node_value::child::key) != map.children.end())
    return found;
  detail::node_value nothing = *detail::node_value::of(found);
  nothing.meant_for = map.meant_for;
  if (!map.children.empty())
    nothing.meant_for = [record = record_, wanted = std::string(key)] { return record->meant_for(wanted); };
  return detail::node_value::with(found, std::move(nothing));
}

bool reader::boolean(std::string_view key) { return get(key).as_boolean(); }
bool reader::boolean(std::string_view key, bool otherwise) {
  const node value = get(key);
  return value.is_null() ? otherwise : value.as_boolean();
}

double reader::number(std::string_view key, number_range allowed) { return get(key).as_number(allowed); }
double reader::number(std::string_view key, double otherwise, number_range allowed) {
  const node value = get(key);
  return value.is_null() ? otherwise : value.as_number(allowed);
}

std::string reader::string(std::string_view key) { return get(key).as_string(); }
std::string reader::string(std::string_view key, std::string_view otherwise) {
  const node value = get(key);
  return value.is_null() ? std::string(otherwise) : value.as_string();
}

std::vector<std::string> reader::strings(std::string_view key) { return get(key).as_strings(); }
std::vector<std::string> reader::strings(std::string_view key, std::vector<std::string> otherwise) {
  const node value = get(key);
  return value.is_null() ? std::move(otherwise) : value.as_strings();
}

std::uint64_t reader::size(std::string_view key, size_range allowed) { return get(key).as_size(allowed); }
std::uint64_t reader::size(std::string_view key, std::uint64_t otherwise, size_range allowed) {
  const node value = get(key);
  return value.is_null() ? otherwise : value.as_size(allowed);
}

std::chrono::nanoseconds reader::duration(std::string_view key, duration_range allowed) {
  return get(key).as_duration(allowed);
}
std::chrono::nanoseconds reader::duration(std::string_view key, std::chrono::nanoseconds otherwise,
                                          duration_range allowed) {
  const node value = get(key);
  return value.is_null() ? otherwise : value.as_duration(allowed);
}

std::filesystem::path reader::path(std::string_view key) { return get(key).as_path(); }
std::filesystem::path reader::path(std::string_view key, const std::filesystem::path& otherwise) {
  const node value = get(key);
  return value.is_null() ? otherwise : value.as_path();
}

reader reader::section(std::string_view key) {
  reader nested(get(key));
  record_->sections.push_back(nested.record_);
  return nested;
}

error reader::record::unknown(const detail::node_value::child& entry, std::string_view hint) const {
  return {entry.where, map.path(), fmt::format("unknown key {} ({})", detail::in_quotes(entry.key), hint)};
}

std::vector<error> reader::record::meant_for(std::string_view key) const {
  std::vector<error> found;
  for (const auto& entry : detail::node_value::of(map)->children) {
    if (!was_asked(entry.key) && detail::closest(entry.key, {&key, 1}) == key)
      found.push_back(unknown(entry, detail::did_you_mean(key)));
  }
  return found;
}

void reader::finish() const {
  std::vector<error> errors;
  record_->collect_unknown(errors);
  if (!errors.empty()) throw error::join(errors);
}

void reader::record::collect_unknown(std::vector<error>& errors) const {
  std::vector<std::string_view> known(asked.begin(), asked.end());
  std::ranges::sort(known);
  const std::string all = known.empty() ? "no key is known here" : fmt::format("known keys: {}", detail::joined(known));
  for (const auto& entry : detail::node_value::of(map)->children) {
    if (std::ranges::binary_search(known, std::string_view(entry.key))) continue;
    const std::string hint = detail::did_you_mean(detail::closest(entry.key, known));
    errors.push_back(unknown(entry, hint.empty() ? all : fmt::format("{} {}", hint, all)));
  }
  for (const auto& each : sections) each->collect_unknown(errors);
}

}  // namespace candela::config
