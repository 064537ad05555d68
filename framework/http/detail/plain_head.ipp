// The scanner of plain heads, written over a `byte_block` of 32 bytes that the including file defines for its
// instruction set. Everything here has internal linkage: two instruction sets must never share a function. Private.

namespace candela::http::detail {
namespace {

template <class Word>
[[gnu::always_inline]] inline Word word_at(const char* from) noexcept {
  Word word;
  std::memcpy(&word, from, sizeof word);
  return word;
}

/// The lowest set bit and all below it; every bit where none is set.
[[gnu::always_inline]] inline std::uint32_t up_to_lowest(std::uint32_t bits) noexcept { return bits ^ (bits - 1); }

/// A block of one ASCII character.
[[gnu::always_inline]] inline byte_block all(unsigned char byte) noexcept {
  return byte_block::load(byte_patterns[byte].bytes);
}

[[gnu::always_inline]] inline byte_block at_most(byte_block bytes, unsigned char most) noexcept {
  return bytes.least(all(most)) == bytes;
}

/// Where a line ends or leaves printable ASCII. What no line may hold is among it; tabs and bytes from 0x80 on, which a
/// value may hold, are too rare to pay for here. One step up, DEL is negative and they all are below 0x21.
[[gnu::always_inline]] inline byte_block unprintable(byte_block bytes) noexcept {
  return all(0x21).greater(bytes + all(1));
}

[[gnu::always_inline]] inline byte_block digits(byte_block bytes) noexcept { return at_most(bytes - all('0'), 9); }

/// Letters, digits, '-' and '.': a part of the tokens, and of the host names, that is nearly all of them in practice.
[[gnu::always_inline]] inline byte_block word_characters(byte_block bytes) noexcept {
  const byte_block letters = at_most((bytes | all(0x20)) - all('a'), 25);
  return letters | digits(bytes) | at_most(bytes - all('-'), 1);
}

/// Where a target ends, may need a closer look or breaks a rule. Each pair of refused characters that differ in one bit
/// is one comparison.
[[gnu::always_inline]] inline std::uint32_t target_stops(byte_block bytes) noexcept {
  const byte_block bit0 = bytes | all(1);
  const byte_block bit1 = bytes | all(2);
  const byte_block refused = unprintable(bytes) | (bytes == all(' ')) | (bit0 == all('#')) | (bit1 == all('>')) |
                             (bit1 == all('^')) | (bytes == all('`')) | at_most(bytes - all('{'), 2);
  return (refused | (bytes == all('%')) | (bytes == all('?'))).bits();
}

consteval std::uint64_t word_of(std::string_view text) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i != text.size(); ++i) word |= std::uint64_t{static_cast<unsigned char>(text[i])} << (8 * i);
  return word;
}

class plain_head {
 public:
  plain_head(char* begin, char* end, const head_limits& limits, request_head& head) noexcept
      : begin_(begin),
        next_(begin),
        end_(end),
        last_block_(end - block_bytes - 2),
        limits_(limits),
        head_(head),
        field_(head.headers.storage()),
        last_field_(field_ + std::min(limits.max_headers, head.headers.capacity())) {
    head.content_length = 0;
  }

  [[gnu::always_inline]] bool read() noexcept {
    // A block that comes close to the end is made of the last one, so there must be one.
    if (last_block_ < begin_ || !read_method() || !read_target() || !read_version()) return false;
    while (true) {
      const byte_block block = block_at(next_);
      const std::uint32_t stops = unprintable(block).bits();
      const std::uint32_t colons = (block == all(':')).bits();
      if ((stops & up_to_lowest(colons)) != 0) return finish();
      if (colons == 0 || !read_field(block, stops, colons)) return false;
    }
  }

 private:
  static constexpr std::ptrdiff_t block_bytes = 32;

  // The 32 bytes at `from`, which is at most the end. The last two bytes and what is behind the end stand as zeros,
  // where every search stops: so wherever one stops, up to two bytes can be read.
  [[gnu::always_inline]] byte_block block_at(const char* from) const noexcept {
    if (from <= last_block_) [[likely]]
      return byte_block::load(from);
    return end_block(from, last_block_);
  }

  [[gnu::noinline, gnu::cold]] static byte_block end_block(const char* from, const char* last_block) noexcept {
    char padded[3 * block_bytes];
    byte_block::load(last_block).store(padded);
    all(0).store(padded + block_bytes);
    all(0).store(padded + 2 * block_bytes);
    return byte_block::load(padded + (from - last_block));
  }

  [[gnu::always_inline]] bool match_method(method candidate) noexcept {
    const std::string_view name = name_of(candidate);
    std::uint64_t text = ' ';
    for (std::size_t i = name.size(); i != 0; --i) text = text << 8 | static_cast<unsigned char>(name[i - 1]);
    const std::uint64_t mask = ~std::uint64_t{0} >> (8 * (7 - name.size()));
    if ((word_at<std::uint64_t>(next_) & mask) != text) return false;
    head_.method = candidate;
    head_.method_name = {next_, name.size()};
    next_ += name.size() + 1;
    return true;
  }

  [[gnu::always_inline]] bool read_method() noexcept {
    return match_method(method::get) || match_method(method::post) || match_method(method::put) ||
           match_method(method::head) || match_method(method::delete_) || match_method(method::patch) ||
           match_method(method::options);
  }

  [[gnu::always_inline]] bool read_target() noexcept {
    if (*next_ != '/') return false;
    const char* mark = nullptr;
    for (const char* from = next_;; from += block_bytes) {
      for (std::uint32_t stops = target_stops(block_at(from)); stops != 0; stops &= stops - 1) {
        const char* stop = from + std::countr_zero(stops);
        if (*stop == ' ') return end_target(stop, mark);
        if (stop >= end_ - 2) return false;
        if (*stop == '?') {
          if (mark == nullptr) mark = stop;
        } else if (*stop != '%' || (mark == nullptr && !valid_escape(stop, end_))) {
          return false;
        }
      }
    }
  }

  static bool valid_escape(const char* percent, const char* end) noexcept {
    return end - percent > 2 && is(percent[1], hex_character) && is(percent[2], hex_character) &&
           (percent[1] != '0' || percent[2] != '0');
  }

  [[gnu::always_inline]] bool end_target(const char* space, const char* mark) noexcept {
    const auto size = static_cast<std::size_t>(space - next_);
    const char* path_end = mark == nullptr ? space : mark;
    head_.target = {next_, size};
    head_.path = {next_, static_cast<std::size_t>(path_end - next_)};
    head_.has_query = mark != nullptr;
    head_.query = {};
    if (mark != nullptr) head_.query = {mark + 1, static_cast<std::size_t>(space - mark - 1)};
    next_ += size + 1;
    return size <= limits_.max_target_bytes;
  }

  [[gnu::always_inline]] bool read_version() noexcept {
    constexpr std::uint64_t version = word_of("HTTP/1.1");
    if (end_ - next_ < 10 || word_at<std::uint64_t>(next_) != version || !line_end_at(next_ + 8)) return false;
    next_ += 10;
    return true;
  }

  [[gnu::always_inline]] static bool line_end_at(const char* from) noexcept {
    return word_at<std::uint16_t>(from) == word_of("\r\n");
  }

  // The line at `next_`, whose first 32 bytes are `block`.
  [[gnu::always_inline]] bool read_field(byte_block block, std::uint32_t stops, std::uint32_t colons) noexcept {
    if (field_ == last_field_) return false;
    const auto name_size = static_cast<std::size_t>(std::countr_zero(std::uint64_t{colons}));
    // A name of less than three letters reads the end of the line before it here.
    const auto tail = word_at<std::uint32_t>(next_ + name_size - 3);
    const known_name* known = &known_names.slots[name_slot(tail, name_size)];
    // Every byte of the name is printable, so folding by a bit maps nothing else onto the letters, '-' and ':'.
    const std::uint32_t same = ((block | all(0x20)) == byte_block::load(known->text)).bits();
    if ((~same & up_to_lowest(colons)) == 0) [[likely]] {
      field_->name = known->name;
    } else {
      if (!take_unknown_name(block, colons, name_size)) return false;
      known = &unknown_name;
    }
    return read_value(*known, next_ + name_size + 1, stops);
  }

  [[gnu::always_inline]] bool take_unknown_name(byte_block block, std::uint32_t colons,
                                                std::size_t name_size) noexcept {
    const std::uint32_t name_mask = up_to_lowest(colons) >> 1;
    if (name_size == 0 || (~word_characters(block).bits() & name_mask) != 0) return false;
    field_->name = {next_, name_size};
    has_unknown_ = true;
    return name_size != proxy_connection.size() || !is_proxy_connection(field_->name);
  }

  [[gnu::always_inline]] bool read_value(const known_name& known, const char* value, std::uint32_t stops) noexcept {
    char* from = next_;
    while (stops == 0) {
      from += block_bytes;
      stops = unprintable(block_at(from)).bits();
    }
    char* line_end = from + std::countr_zero(std::uint64_t{stops});
    if (!line_end_at(line_end)) return false;
    next_ = line_end + 2;
    return end_field(known, value, line_end);
  }

  [[gnu::always_inline]] bool end_field(const known_name& known, const char* value, const char* line_end) noexcept {
    value += *value == ' ' ? 1 : 0;
    field_->token = known.token;
    field_->value = {value, static_cast<std::size_t>(line_end - value)};
    // An empty value is padded too by this: it is bounded by a carriage return.
    const bool padded = *value <= ' ' || line_end[-1] == ' ';
    if (padded) [[unlikely]]
      trim_value(*field_);
    if (known.special && (padded || !take_special(known.token, field_->value))) return false;
    present_ |= known.bit;
    ++field_;
    return true;
  }

  [[gnu::always_inline]] bool take_special(header token, std::string_view value) noexcept {
    if ((present_ & header_bit(token)) != 0 && token != header::connection) return false;
    if (token == header::host) {
      head_.authority = value;
      return plain_host(value);
    }
    if (token == header::connection) return take_connection(value);
    return token == header::content_length && read_content_length(value, head_.content_length) == nullptr;
  }

  [[gnu::always_inline]] bool plain_host(std::string_view value) const noexcept {
    if (value.size() > 31) return valid_host(value);
    const byte_block block = block_at(value.data());
    const std::uint32_t whole = (std::uint32_t{1} << value.size()) - 1;
    const std::uint32_t others = ~word_characters(block).bits() & whole;
    if (others == 0) return true;
    const auto colon = static_cast<std::size_t>(std::countr_zero(std::uint64_t{others}));
    const std::uint32_t port = whole & ~up_to_lowest(others);
    const bool plain_port = value[colon] == ':' && colon != 0 && value.size() - colon <= 5;
    return (plain_port && (~digits(block).bits() & port) == 0) || valid_host(value);
  }

  // Two options that llhttp reads as we do; lists are left to the readers that compare.
  [[gnu::always_inline]] bool take_connection(std::string_view value) noexcept {
    if (equals_keep_alive(value)) return true;
    close_ = true;
    return is_close(value);
  }

  [[gnu::noinline]] static bool is_close(std::string_view value) noexcept { return equals_lower(value, "close"); }

  [[gnu::noinline]] static bool is_proxy_connection(std::string_view name) noexcept {
    return equals_lower(name, proxy_connection);
  }

  [[gnu::noinline]] static void trim_value(header_field& field) noexcept { field.value = trim(field.value); }

  [[gnu::always_inline]] static bool equals_keep_alive(std::string_view value) noexcept {
    constexpr std::uint64_t fold = 0x2020202020202020;
    return value.size() == 10 && (word_at<std::uint64_t>(value.data()) | fold) == word_of("keep-ali") &&
           (word_at<std::uint16_t>(value.data() + 8) | 0x2020) == word_of("ve");
  }

  [[gnu::always_inline]] bool finish() noexcept {
    const auto bytes = static_cast<std::size_t>(next_ + 2 - begin_);
    if (end_ - next_ < 2 || !line_end_at(next_) || (present_ & header_bit(header::host)) == 0) return false;
    if (bytes > limits_.max_head_bytes) return false;
    const auto count = static_cast<std::size_t>(field_ - head_.headers.storage());
    head_.headers.adopt(count, present_);
    if (has_unknown_) lower_unknown_names(begin_, head_.headers);
    head_.form = target_form::origin;
    head_.framing = (present_ & header_bit(header::content_length)) != 0 ? body_framing::length : body_framing::none;
    head_.minor_version = 1;
    head_.keep_alive = !close_;
    head_.expect_continue = false;
    head_.upgrade = false;
    head_.bytes = bytes;
    return true;
  }

  static constexpr known_name unknown_name{};
  static constexpr std::string_view proxy_connection = "proxy-connection";

  char* begin_;
  char* next_;
  char* end_;
  const char* last_block_;  // which ends two bytes before the end
  const head_limits& limits_;
  request_head& head_;
  header_field* field_;
  header_field* last_field_;
  std::uint64_t present_ = 0;
  bool close_ = false;
  bool has_unknown_ = false;
};

}  // namespace
}  // namespace candela::http::detail
