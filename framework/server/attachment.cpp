#include <algorithm>
#include <candela/server/attachment.hpp>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

namespace candela {

namespace {

// Start-up only; requests never come here.
struct slot_names {
  std::mutex mutex;
  std::vector<std::string> names;
  bool frozen = false;
};

slot_names& registered() {
  static slot_names names;
  return names;
}

}  // namespace

std::uint16_t attachment_slot(std::string_view name) {
  slot_names& known = registered();
  const std::lock_guard lock(known.mutex);
  const auto found = std::ranges::find(known.names, name);
  if (found != known.names.end()) return static_cast<std::uint16_t>(found - known.names.begin());
  if (known.frozen)
    throw std::logic_error("attachment \"" + std::string(name) + "\" comes after the start of the service");
  if (known.names.size() == max_attachments) throw std::logic_error("too many attachment types");
  known.names.emplace_back(name);
  return static_cast<std::uint16_t>(known.names.size() - 1);
}

std::size_t freeze_attachments() noexcept {
  slot_names& known = registered();
  const std::lock_guard lock(known.mutex);
  if (!known.frozen) detail::slots_in_use = known.names.size();
  known.frozen = true;
  return known.names.size();
}

}  // namespace candela
