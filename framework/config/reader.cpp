// The record of asked keys behind a reader, and the search for the others.
#include <candela/config/reader.hpp>

#include <algorithm>

#include <fmt/format.h>

#include <candela/config/detail/node_value.hpp>
#include <candela/config/detail/words.hpp>
#include <candela/config/error.hpp>

namespace candela::config {

namespace {

// One map, and what was asked of it. Nodes of what is not there share it, which the sections of a record have as their
// maps: so it knows of no section.
struct asked_map {
  node map;
  std::vector<std::string> asked = {};

  [[nodiscard]] const std::vector<detail::node_value::child>& entries() const {
    return detail::node_value::of(map)->children;
  }
  [[nodiscard]] bool was_asked(std::string_view key) const { return std::ranges::find(asked, key) != asked.end(); }
  [[nodiscard]] error unknown(const detail::node_value::child& entry, std::string_view hint) const;
  [[nodiscard]] std::vector<error> meant_for(std::string_view key) const;
};

error asked_map::unknown(const detail::node_value::child& entry, std::string_view hint) const {
  return {entry.where, map.path(), fmt::format("unknown key {} ({})", detail::in_quotes(entry.key), hint)};
}

std::vector<error> asked_map::meant_for(std::string_view key) const {
  std::vector<error> found;
  for (const auto& entry : entries()) {
    if (!was_asked(entry.key) && detail::closest(entry.key, {&key, 1}) == key)
      found.push_back(unknown(entry, detail::did_you_mean(key)));
  }
  return found;
}

}  // namespace

struct reader::record {
  std::shared_ptr<asked_map> keys;
  std::vector<std::shared_ptr<record>> sections = {};

  void collect_unknown(std::vector<error>& errors) const;
};

reader::reader(node map) : record_(std::make_shared<record>(std::make_shared<asked_map>(std::move(map)))) {
  const node& section = this->map();
  if (!section.is_null() && section.kind() != node_kind::map) section.unexpected("a map");
}

const node& reader::map() const noexcept { return record_->keys->map; }

// What is not there knows where to look for the reason, should somebody miss it.
node reader::get(std::string_view key) {
  asked_map& keys = *record_->keys;
  if (!keys.was_asked(key)) keys.asked.emplace_back(key);
  const node found = keys.map.get(key);
  if (!found.is_null() ||
      std::ranges::find(keys.entries(), key, &detail::node_value::child::key) != keys.entries().end())
    return found;
  detail::node_value nothing = *detail::node_value::of(found);
  nothing.meant_for = detail::node_value::of(keys.map)->meant_for;
  if (!keys.entries().empty())
    nothing.meant_for = [keys = record_->keys, wanted = std::string(key)] { return keys->meant_for(wanted); };
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

void reader::finish() const {
  std::vector<error> errors;
  record_->collect_unknown(errors);
  if (!errors.empty()) throw error::join(errors);
}

void reader::record::collect_unknown(std::vector<error>& errors) const {
  std::vector<std::string_view> known(keys->asked.begin(), keys->asked.end());
  std::ranges::sort(known);
  const std::string all = known.empty() ? "no key is known here" : fmt::format("known keys: {}", detail::joined(known));
  for (const auto& entry : keys->entries()) {
    if (std::ranges::binary_search(known, std::string_view(entry.key))) continue;
    const std::string hint = detail::did_you_mean(detail::closest(entry.key, known));
    errors.push_back(keys->unknown(entry, hint.empty() ? all : fmt::format("{} {}", hint, all)));
  }
  for (const auto& each : sections) each->collect_unknown(errors);
}

}  // namespace candela::config
