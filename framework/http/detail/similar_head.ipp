// The reader of heads that resemble the one before, written over the same `byte_block` as the scanner. Private.

namespace candela::http::detail {
namespace {

class similar_head {
 public:
  similar_head(const char* begin, const char* end, const head_limits& limits, head_pattern& known,
               request_head& head) noexcept
      : begin_(begin), line_(begin), end_(end), limits_(limits), known_(known), head_(head) {}

  [[gnu::always_inline]] bool read() noexcept {
    if (end_ - begin_ < block_bytes) return false;
    const std::uint64_t method = word_at<std::uint64_t>(begin_) & known_.method_mask;
    if (method != known_.method) return false;
    line_ += std::bit_width(known_.method_mask) / 8;
    return read_target() && read_version() && read_fields() && finish();
  }

 private:
  // The bytes of a block from `from` on that stop a search, a bit for each. None is beyond the end.
  template <class Stops>
  [[gnu::always_inline]] std::uint32_t stops_from(const char* from, Stops stops) const noexcept {
    const char* last_block = end_ - block_bytes;
    if (from <= last_block) [[likely]]
      return stops(byte_block::load(from));
    return stops(byte_block::load(last_block)) >> (from - last_block);
  }

  [[gnu::always_inline]] bool read_target() noexcept {
    if (*line_ != '/') return false;
    plain_target target;
    for (const char* from = line_; from < end_; from += block_bytes) {
      const std::uint32_t stops = stops_from(from, [](byte_block block) { return target_stops(block); });
      const target_step step = target.take(stops, from, end_);
      if (step == target_step::refused) return false;
      if (step == target_step::complete) return (line_ = target.tell(line_, head_, limits_)) != nullptr;
    }
    return false;
  }

  // `line_` stands behind the target.
  [[gnu::always_inline]] bool read_version() noexcept {
    constexpr std::uint64_t version = word_of("HTTP/1.1");
    if (end_ - line_ < 8 || word_at<std::uint64_t>(line_) != version) return false;
    line_ += 8;
    return true;
  }

  [[gnu::always_inline]] bool read_fields() noexcept {
    take_back_changes();
    std::size_t known = known_.lines[0].begin;
    std::uint32_t secrets = known_.secrets;
    for (;;) {
      const std::size_t until = secrets == 0 ? known_.bytes : known_.lines[lowest(secrets)].value;
      const std::size_t left = until - known;
      const auto available = static_cast<std::size_t>(end_ - line_);
      const std::size_t equal = common_bytes(line_, known_.text + known, std::min(left, available));
      if (equal == left) {
        line_ += left;
        if (secrets == 0) return true;
        // Taken as it comes: how long that takes does not tell what it was before.
        if (!take_value(known, lowest(secrets))) return false;
        secrets &= secrets - 1;
        continue;
      }
      if (equal == available || !take_change(known, known + equal)) return false;
    }
  }

  [[gnu::always_inline]] void take_back_changes() noexcept {
    header_field* fields = head_.headers.storage();
    for (std::uint32_t left = known_.changed; left != 0; left &= left - 1) {
      const head_pattern::line* line = &known_.lines[lowest(left)];
      fields[lowest(left)].value = {known_.text + line[0].value, std::size_t{line[1].begin} - line[0].value};
    }
    known_.changed = 0;
  }

  // `line_` corresponds to `known` in what is known, and `at` is where both differ.
  [[gnu::always_inline]] bool take_change(std::size_t& known, std::size_t at) noexcept {
    const std::size_t number = line_of(at);
    const head_pattern::line* line = &known_.lines[number];
    if (line[0].value == 0 || at < line[0].value) return false;
    line_ += line[0].value - known;
    return take_value(known, number);
  }

  // `line_` stands where the value of that field begins.
  [[gnu::always_inline]] bool take_value(std::size_t& known, std::size_t number) noexcept {
    const char* value = line_;
    const char* stop = line_end(value);
    // That a whole line end stands there shows when the next bytes are compared.
    if (stop == nullptr || *stop != '\r' || stop == value || *value == ' ' || stop[-1] == ' ') return false;
    head_.headers.storage()[number].value = {value, static_cast<std::size_t>(stop - value)};
    known_.changed = static_cast<std::uint16_t>(known_.changed | 1U << number);
    known_.last_change = static_cast<std::uint16_t>(number);
    known = known_.lines[number + 1].begin;
    line_ = stop;
    return true;
  }

  // A longer value differs first where the line ended.
  [[gnu::always_inline]] std::size_t line_of(std::size_t at) const noexcept {
    std::size_t number = known_.last_change;
    if (at > known_.lines[number].begin && at <= known_.lines[number + 1].begin) [[likely]]
      return number;
    for (number = 0; at > known_.lines[number + 1].begin; ++number) {
    }
    return number;
  }

  [[gnu::always_inline]] const char* line_end(const char* from) const noexcept {
    for (; from < end_; from += block_bytes) {
      const std::uint32_t stops = stops_from(from, [](byte_block block) { return unprintable(block).bits(); });
      if (stops != 0) return from + lowest(stops);
    }
    return nullptr;
  }

  [[gnu::always_inline]] static std::uint32_t differences(const char* left, const char* right) noexcept {
    return ~(byte_block::load(left) == byte_block::load(right)).bits();
  }

  [[gnu::always_inline]] static std::size_t common_bytes(const char* left, const char* right,
                                                         std::size_t size) noexcept {
    std::size_t at = 0;
    for (; at + block_bytes <= size; at += block_bytes) {
      const std::uint32_t others = differences(left + at, right + at);
      if (others != 0) return at + lowest(others);
    }
    if (at != 0 && at != size) {
      const std::size_t last = size - block_bytes;
      const std::uint32_t others = differences(left + last, right + last);
      return others != 0 ? last + lowest(others) : size;
    }
    while (at + 4 <= size && word_at<std::uint32_t>(left + at) == word_at<std::uint32_t>(right + at)) at += 4;
    while (at != size && left[at] == right[at]) ++at;
    return at;
  }

  [[gnu::always_inline]] bool finish() noexcept {
    head_.bytes = static_cast<std::size_t>(line_ - begin_);
    return head_.bytes <= limits_.max_head_bytes;
  }

  static constexpr std::ptrdiff_t block_bytes = 32;

  const char* begin_;
  const char* line_;  // how far it is read
  const char* end_;
  const head_limits& limits_;
  head_pattern& known_;
  request_head& head_;
};

}  // namespace
}  // namespace candela::http::detail
