// Finds the token of a name: one hash, one comparison.
#include <candela/http/detail/characters.hpp>
#include <candela/http/detail/name_table.hpp>
#include <candela/http/header_name.hpp>

namespace candela::http {

header token_of(std::string_view name) noexcept {
  if (name.size() < 2 || name.size() > detail::longest_name) return header::unknown;
  const std::uint32_t slot = detail::name_slot(name.front(), name[name.size() - 2], name.size());
  const header token = detail::known_names.slots[slot];
  return detail::equals_lower(name, lower_name(token)) ? token : header::unknown;
}

}  // namespace candela::http
