#include <array>
#include <candela/store/error.hpp>

namespace candela::store {

std::string_view name_of(errc code) noexcept {
  static constexpr std::array<std::string_view, error_codes> names{"none",      "unavailable", "timed_out", "full",
                                                                   "too_large", "cancelled",   "closed",    "refused"};
  return names[static_cast<std::size_t>(code)];
}

}  // namespace candela::store
