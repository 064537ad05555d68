// Chooses the scanner that this processor can run, once, at the first head.
#include <algorithm>
#include <atomic>
#include <candela/http/detail/characters.hpp>
#include <candela/http/detail/head_scanner.hpp>
#include <cstring>

namespace candela::http::detail {
namespace {

consteval std::array<byte_pattern, 128> make_byte_patterns() {
  std::array<byte_pattern, 128> table{};
  for (std::size_t byte = 0; byte != table.size(); ++byte) {
    for (char& each : table[byte].bytes) each = static_cast<char>(byte);
  }
  return table;
}

consteval byte_pattern make_set_bits() {
  byte_pattern table{};
  for (std::size_t at = 0; at != sizeof table.bytes; ++at) {
    if (at % 16 < 8) table.bytes[at] = static_cast<char>(1 << at % 16);
  }
  return table;
}

template <class Member>
consteval byte_set make_set(Member member) {
  byte_set set{};
  for (int byte = 0; byte != 128; ++byte) {
    if (!member(static_cast<char>(byte))) continue;
    for (char* row : {set.rows, set.rows + 16}) row[byte % 16] = static_cast<char>(row[byte % 16] | 1 << byte / 16);
  }
  return set;
}

consteval byte_ramp make_ramp() {
  byte_ramp ramp{};
  std::fill(ramp.bytes, ramp.bytes + 32, '\xff');
  return ramp;
}

// Eight ASCII characters to lower case: the additions carry into each byte's highest bit from 'A' on and from '[' on.
void lower_word(char* text) noexcept {
  constexpr std::uint64_t each = 0x0101010101010101;
  std::uint64_t word;
  std::memcpy(&word, text, sizeof word);
  const std::uint64_t capitals = (word + each * (0x80 - 'A')) & ~(word + each * (0x80 - '[')) & each * 0x80;
  word |= capitals >> 2;
  std::memcpy(text, &word, sizeof word);
}

}  // namespace

constinit const std::array<byte_pattern, 128> byte_patterns = make_byte_patterns();
constinit const byte_pattern byte_set_bits = make_set_bits();
constinit const byte_set word_characters =
    make_set([](char c) { return is(c, unreserved_character) && c != '_' && c != '~'; });
constinit const byte_set plain_target_characters =
    make_set([](char c) { return is(c, target_character) && c != '%' && c != '?'; });
constinit const byte_ramp first_bytes = make_ramp();

// A token is ASCII. The last word overlaps the one before it, which changes nothing.
void lower_token(char* name, std::size_t size) noexcept {
  if (size < 8) {
    std::transform(name, name + size, name, to_lower);
    return;
  }
  for (std::size_t at = 0; at + 8 < size; at += 8) lower_word(name + at);
  lower_word(name + size - 8);
}

void lower_unknown_names(char* begin, const headers& fields) noexcept {
  for (const header_field& field : fields) {
    if (field.token == header::unknown) lower_token(begin + (field.name.data() - begin), field.name.size());
  }
}

#if defined(__x86_64__)

namespace {

struct readers {
  decltype(scan_plain_head)* plain;
  decltype(read_similar_head)* similar;
};

head_outcome choose_and_scan(char* begin, char* end, const head_limits& limits, request_head& head, head_error& error,
                             head_reader& otherwise) noexcept;
bool choose_and_compare(const char* begin, const char* end, const head_limits& limits, head_pattern& known,
                        request_head& head) noexcept;

constinit const readers on_sse2{scan_plain_head_sse2, read_similar_head_sse2};
constinit const readers on_avx2{scan_plain_head_avx2, read_similar_head_avx2};
constinit const readers choosing{choose_and_scan, choose_and_compare};

// Starts at the choosers, so that a head may be parsed at any time, also before main. Every thread would write the
// same.
constinit std::atomic<const readers*> chosen = &choosing;

const readers& choose() noexcept {
  const readers* best = avx2_available() ? &on_avx2 : &on_sse2;
  chosen.store(best, std::memory_order_relaxed);
  return *best;
}

head_outcome choose_and_scan(char* begin, char* end, const head_limits& limits, request_head& head, head_error& error,
                             head_reader& otherwise) noexcept {
  return choose().plain(begin, end, limits, head, error, otherwise);
}

bool choose_and_compare(const char* begin, const char* end, const head_limits& limits, head_pattern& known,
                        request_head& head) noexcept {
  return choose().similar(begin, end, limits, known, head);
}

}  // namespace

bool avx2_available() noexcept {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
}

head_outcome scan_plain_head(char* begin, char* end, const head_limits& limits, request_head& head, head_error& error,
                             head_reader& otherwise) noexcept {
  return chosen.load(std::memory_order_relaxed)->plain(begin, end, limits, head, error, otherwise);
}

bool read_similar_head(const char* begin, const char* end, const head_limits& limits, head_pattern& known,
                       request_head& head) noexcept {
  return chosen.load(std::memory_order_relaxed)->similar(begin, end, limits, known, head);
}

#else

head_outcome scan_plain_head(char* begin, char* end, const head_limits& limits, request_head& head, head_error& error,
                             head_reader& otherwise) noexcept {
  return otherwise(begin, end, limits, head, error);
}

bool read_similar_head(const char*, const char*, const head_limits&, head_pattern&, request_head&) noexcept {
  return false;
}

#endif

}  // namespace candela::http::detail
