// Chooses the scanner that this processor can run, once, at the first head.
#include <algorithm>
#include <atomic>
#include <candela/http/detail/characters.hpp>
#include <candela/http/head_scanner.hpp>

namespace candela::http::detail {
namespace {

consteval std::array<byte_pattern, 128> make_byte_patterns() {
  std::array<byte_pattern, 128> table{};
  for (std::size_t byte = 0; byte != table.size(); ++byte) {
    for (char& each : table[byte].bytes) each = static_cast<char>(byte);
  }
  return table;
}

}  // namespace

constinit const std::array<byte_pattern, 128> byte_patterns = make_byte_patterns();

void lower_unknown_names(char* begin, const headers& fields) noexcept {
  for (const header_field& field : fields) {
    if (field.token != header::unknown) continue;
    char* name = begin + (field.name.data() - begin);
    std::transform(name, name + field.name.size(), name, to_lower);
  }
}

#if defined(__x86_64__)

namespace {

using scan = bool(char*, char*, const head_limits&, request_head&) noexcept;

bool choose_and_scan(char* begin, char* end, const head_limits& limits, request_head& head) noexcept;

// Starts at the chooser, so that a head may be parsed at any time, also before main. Every thread would write the same.
constinit std::atomic<scan*> chosen = choose_and_scan;

bool choose_and_scan(char* begin, char* end, const head_limits& limits, request_head& head) noexcept {
  scan* const best = avx2_available() ? scan_plain_head_avx2 : scan_plain_head_sse2;
  chosen.store(best, std::memory_order_relaxed);
  return best(begin, end, limits, head);
}

}  // namespace

bool avx2_available() noexcept {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
}

bool scan_plain_head(char* begin, char* end, const head_limits& limits, request_head& head) noexcept {
  return chosen.load(std::memory_order_relaxed)(begin, end, limits, head);
}

#else

bool scan_plain_head(char*, char*, const head_limits&, request_head&) noexcept { return false; }

#endif

}  // namespace candela::http::detail
