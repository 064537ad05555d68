#include "bench/techempower/item_count.hpp"

#include <algorithm>
#include <charconv>
#include <system_error>

namespace techempower {

unsigned item_count(std::optional<std::string_view> parameter) noexcept {
  if (!parameter) return 1;
  const char* const end = parameter->data() + parameter->size();
  int number = 0;
  const auto [stopped, failure] = std::from_chars(parameter->data(), end, number);
  if (stopped != end || failure == std::errc::invalid_argument) return 1;
  if (failure == std::errc::result_out_of_range) return parameter->starts_with('-') ? 1 : most_items;
  return static_cast<unsigned>(std::clamp(number, 1, static_cast<int>(most_items)));
}

}  // namespace techempower
