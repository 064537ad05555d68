// What both readers of heads share, written over a `byte_block` of 32 bytes that the including file defines for its
// instruction set. Everything here has internal linkage: two instruction sets must never share a function. Private.

namespace candela::http::detail {
namespace {

template <class Word>
[[gnu::always_inline]] inline Word word_at(const char* from) noexcept {
  Word word;
  std::memcpy(&word, from, sizeof word);
  return word;
}

/// Where a line ends or leaves printable ASCII. What no line may hold is among it; tabs and bytes from 0x80 on, which a
/// value may hold, are too rare to pay for here. One step up, DEL is negative and they all are below 0x21.
[[gnu::always_inline]] inline byte_block unprintable(byte_block bytes) noexcept {
  return all(0x21).greater(bytes + all(1));
}

[[gnu::always_inline]] inline byte_block digits(byte_block bytes) noexcept {
  const byte_block values = bytes - all('0');
  return values.least(all(9)) == values;
}

consteval std::uint64_t word_of(std::string_view text) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i != text.size(); ++i) word |= std::uint64_t{static_cast<unsigned char>(text[i])} << (8 * i);
  return word;
}

/// The byte that the lowest bit stands for; 32 where there is none.
[[gnu::always_inline]] inline std::size_t lowest(std::uint32_t bits) noexcept {
  return static_cast<unsigned>(std::countr_zero(bits));
}

enum class target_step : std::uint8_t { more, complete, refused };

/// A target in origin form with valid escapes in its path, found block by block.
class plain_target {
 public:
  /// `stops` are those of the block at `from`; two bytes behind each can be read or are beyond `end`.
  [[gnu::always_inline]] target_step take(std::uint32_t stops, const char* from, const char* end) noexcept {
    for (; stops != 0; stops &= stops - 1) {
      const char* stop = from + lowest(stops);
      if (*stop == ' ') {
        space_ = stop;
        return target_step::complete;
      }
      if (stop >= end - 2) return target_step::refused;
      if (*stop == '?') {
        if (mark_ == nullptr) mark_ = stop;
      } else if (*stop != '%') {
        return target_step::refused;
      } else if (mark_ == nullptr) {
        if (!valid_escape(stop, end)) return target_step::refused;
        escaped_ = true;
      }
    }
    return target_step::more;
  }

  /// Once complete: what stands behind the space, or null when the target is too long.
  [[gnu::always_inline]] const char* tell(const char* begin, request_head& head,
                                          const head_limits& limits) const noexcept {
    const auto size = static_cast<std::size_t>(space_ - begin);
    const char* path_end = mark_ == nullptr ? space_ : mark_;
    head.target = {begin, size};
    head.path = {begin, static_cast<std::size_t>(path_end - begin)};
    head.path_escaped = escaped_;
    head.has_query = mark_ != nullptr;
    head.query = {};
    if (mark_ != nullptr) head.query = {mark_ + 1, static_cast<std::size_t>(space_ - mark_ - 1)};
    return size <= limits.max_target_bytes ? space_ + 1 : nullptr;
  }

 private:
  static bool valid_escape(const char* percent, const char* end) noexcept {
    return end - percent > 2 && is(percent[1], hex_character) && is(percent[2], hex_character) &&
           (percent[1] != '0' || percent[2] != '0');
  }

  const char* space_ = nullptr;
  const char* mark_ = nullptr;
  bool escaped_ = false;
};

}  // namespace
}  // namespace candela::http::detail
