#include <candela/server/concatenate.hpp>
#include <cstring>

namespace candela::detail {

std::string_view join(arena& memory, const text_part* first, std::size_t count) {
  std::size_t bytes = 0;
  for (std::size_t i = 0; i != count; ++i) bytes += first[i].text().size();
  char* start = static_cast<char*>(memory.allocate(bytes, 1));
  char* end = start;
  for (std::size_t i = 0; i != count; ++i) {
    const std::string_view text = first[i].text();
    if (text.empty()) continue;
    std::memcpy(end, text.data(), text.size());
    end += text.size();
  }
  return {start, bytes};
}

}  // namespace candela::detail
