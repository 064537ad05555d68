// The scanner of plain heads, written over a `byte_block` as what it shares with the reader of similar heads. Private.

namespace candela::http::detail {
namespace {

class plain_head {
 public:
  static constexpr std::size_t last_lines_bytes = 128;

  /// `last_lines` is room for `last_lines_bytes`.
  plain_head(char* begin, char* end, const head_limits& limits, request_head& head, char* last_lines) noexcept
      : begin_(begin),
        line_(begin),
        end_(end),
        last_block_(end - block_bytes - 2),
        last_lines_(last_lines + before_last_lines),
        limits_(limits),
        head_(head),
        field_(head.headers.storage()),
        last_field_(field_ + std::min(limits.max_headers, head.headers.capacity())) {}

  [[gnu::always_inline]] bool read() noexcept {
    // A block that comes close to the end is made of the last one, so there must be one.
    if (last_block_ < begin_ || !read_method()) return false;
    set_usual();
    return read_target() && read_version() && read_fields() && finish();
  }

 private:
  static constexpr std::ptrdiff_t block_bytes = 32;
  static constexpr std::ptrdiff_t before_last_lines = 4;  // where the word at the end of a name may begin

  // What a field may change later.
  [[gnu::always_inline]] void set_usual() noexcept {
    head_.form = target_form::origin;
    head_.framing = body_framing::none;
    head_.minor_version = 1;
    head_.keep_alive = true;
    head_.expect_continue = false;
    head_.upgrade = false;
    head_.content_length = 0;
  }

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
    if ((word_at<std::uint64_t>(line_) & mask) != text) return false;
    head_.method = candidate;
    head_.method_name = {line_, name.size()};
    line_ += name.size() + 1;
    return true;
  }

  [[gnu::always_inline]] bool read_method() noexcept {
    return match_method(method::get) || match_method(method::post) || match_method(method::put) ||
           match_method(method::head) || match_method(method::delete_) || match_method(method::patch) ||
           match_method(method::options);
  }

  [[gnu::always_inline]] bool read_target() noexcept {
    if (*line_ != '/') return false;
    plain_target target;
    for (const char* from = line_;; from += block_bytes) {
      const target_step step = target.take(target_stops(block_at(from)), from, end_);
      if (step == target_step::refused) return false;
      if (step == target_step::complete) return (line_ = target.tell(line_, head_, limits_)) != nullptr;
    }
  }

  // Every line is read from the line end before it on.
  [[gnu::always_inline]] bool read_version() noexcept {
    constexpr std::uint64_t version = word_of("HTTP/1.1");
    if (end_ - line_ < 10 || word_at<std::uint64_t>(line_) != version) return false;
    line_ += 8;
    return true;
  }

  [[gnu::always_inline]] bool read_fields() noexcept {
    do {
      if (line_ > last_block_) [[unlikely]]
        enter_last_lines();
      const byte_block block = byte_block::load(line_);
      const std::size_t colon = lowest((block == all(':')).bits());
      // A name of less than three letters reads the end of the line before it here.
      const std::size_t before_value = colon + 2;
      const known_name* known = &known_names.slots[line_slot(word_at<std::uint32_t>(line_ + colon - 3), before_value)];
      const std::uint64_t stops = std::uint64_t{unprintable(block).bits()} >> before_value;
      if (block.matches(known->text, known->mask)) [[likely]] {
        byte_block::load(reinterpret_cast<const char*>(&known->field)).store(reinterpret_cast<char*>(field_));
      } else {
        if (at_end()) return true;
        if (first_unknown_ == nullptr) first_unknown_ = field_;
        if (!take_unknown_name(block, colon)) [[unlikely]] {
          if ((line_ = read_odd_field(line_, end_, *field_)) == nullptr) return false;
          present_ |= header_bit(field_->token);
          continue;
        }
        known = &unknown_name;
      }
      if (!read_value(*known, line_ + before_value, stops)) return false;
    } while (++field_ != last_field_);
    if (line_ > last_block_) enter_last_lines();
    return at_end();
  }

  [[gnu::always_inline]] bool at_end() const noexcept { return word_at<std::uint32_t>(line_) == word_of("\r\n\r\n"); }

  // The lines that come too close to the end for reading blocks are read from a copy with zeros behind it, where every
  // search stops; `leave_last_lines` undoes it.
  [[gnu::always_inline]] void enter_last_lines() noexcept {
    copied_ = line_;
    first_copied_ = field_;
    end_ = copy_last_lines(line_, end_, last_lines_);
    line_ = last_lines_;
    last_block_ = last_lines_ + block_bytes + 2;
  }

  [[gnu::noinline, gnu::cold]] static char* copy_last_lines(const char* from, const char* end, char* to) noexcept {
    std::memset(to - before_last_lines, 0, last_lines_bytes);
    std::memcpy(to, from, static_cast<std::size_t>(end - from));
    return to + (end - from);
  }

  // A name of the usual characters in a usual line: without a token then, as it isn't that of the line's slot.
  [[gnu::always_inline]] bool take_unknown_name(byte_block block, std::size_t colon) noexcept {
    const std::size_t size = colon - before_name;
    const std::size_t end = lowest(outside_words(block) & ~std::uint32_t{3});
    const bool usual = end == colon && size != proxy_connection.size() && end != before_name &&
                       end <= before_name + longest_usual_name && line_end_at(line_) && line_[colon + 1] == ' ';
    field_->token = header::unknown;
    field_->name = {line_ + before_name, size};
    return usual;
  }

  // Any name and any space around the value. Returns the line's end, or null for what breaks a rule or is for others to
  // judge.
  [[gnu::noinline, gnu::cold]] static const char* read_odd_field(const char* line, const char* end,
                                                                 header_field& field) noexcept {
    if (!line_end_at(line)) return nullptr;
    const char* begin = line + before_name;
    const char* colon = std::find_if_not(begin, end, [](char c) { return is(c, token_character); });
    if (colon == begin || colon == end || *colon != ':') return nullptr;
    const char* line_end = std::find_if(colon, end, [](char c) { return c < ' ' || c == '\x7f'; });
    if (end - line_end < 2) return nullptr;
    field.name = {begin, static_cast<std::size_t>(colon - begin)};
    if (equals_lower(field.name, proxy_connection)) return nullptr;
    field.token = token_of(field.name);
    if (field.token != header::unknown) field.name = lower_name(field.token);
    field.value = trim({colon + 1, static_cast<std::size_t>(line_end - colon - 1)});
    return says_how_to_read(field.token) ? nullptr : line_end;
  }

  [[gnu::always_inline]] bool read_value(const known_name& known, const char* value, std::uint64_t stops) noexcept {
    auto size = static_cast<std::size_t>(std::countr_zero(stops));
    if (stops == 0) [[unlikely]]
      size = static_cast<std::size_t>(next_stop(line_ + block_bytes) - value);
    field_->value = {value, size};
    line_ = value + size;
    // An empty value is padded too by this: a carriage return follows it.
    const bool padded = *value <= ' ' || line_[-1] == ' ';
    if (padded) [[unlikely]]
      trim_value(*field_);
    if (known.special && (padded || !take_special(known, {value, size}))) return false;
    present_ |= known.bit;
    return true;
  }

  [[gnu::always_inline]] const char* next_stop(const char* from) const noexcept {
    std::uint32_t stops;
    while ((stops = unprintable(block_at(from)).bits()) == 0) from += block_bytes;
    return from + lowest(stops);
  }

  [[gnu::always_inline]] bool take_special(const known_name& known, std::string_view value) noexcept {
    const header token = known.field.token;
    if (token == header::connection) return take_connection(value);
    if ((present_ & known.bit) != 0) return false;
    if (token == header::host) {
      head_.authority = value;
      return plain_host(value);
    }
    head_.framing = body_framing::length;
    return token == header::content_length && read_content_length(value, head_.content_length) == nullptr;
  }

  [[gnu::always_inline]] bool plain_host(std::string_view value) const noexcept {
    const byte_block block = block_at(value.data());
    const std::size_t end = lowest(outside_words(block));
    if (end == value.size()) [[likely]]
      return true;
    return plain_port(block, value, end) || valid_host(value);
  }

  [[gnu::always_inline]] static bool plain_port(byte_block block, std::string_view value, std::size_t colon) noexcept {
    if (colon == 0 || colon >= std::min<std::size_t>(value.size(), block_bytes) || value[colon] != ':' ||
        value.size() - colon > 5)
      return false;
    const std::uint32_t others = ~digits(block).bits() >> colon;
    return lowest(others >> 1) + 1 == value.size() - colon;
  }

  // Two options that llhttp reads as we do; lists are left to the readers that compare.
  [[gnu::always_inline]] bool take_connection(std::string_view value) noexcept {
    if (equals_keep_alive(value)) return true;
    head_.keep_alive = false;
    return is_close(value);
  }

  [[gnu::noinline]] static bool is_close(std::string_view value) noexcept { return equals_lower(value, "close"); }

  [[gnu::noinline]] static void trim_value(header_field& field) noexcept { field.value = trim(field.value); }

  [[gnu::always_inline]] static bool line_end_at(const char* from) noexcept {
    return word_at<std::uint16_t>(from) == word_of("\r\n");
  }

  [[gnu::always_inline]] static bool equals_keep_alive(std::string_view value) noexcept {
    constexpr std::uint64_t fold = 0x2020202020202020;
    return value.size() == 10 && (word_at<std::uint64_t>(value.data()) | fold) == word_of("keep-ali") &&
           (word_at<std::uint16_t>(value.data() + 8) | 0x2020) == word_of("ve");
  }

  [[gnu::always_inline]] bool finish() noexcept {
    const char* end = first_copied_ == nullptr ? line_ : copied_ + (line_ - last_lines_);
    const auto bytes = static_cast<std::size_t>(end + 4 - begin_);
    if ((present_ & header_bit(header::host)) == 0 || bytes > limits_.max_head_bytes) return false;
    head_.bytes = bytes;
    head_.headers.adopt(static_cast<std::size_t>(field_ - head_.headers.storage()), present_);
    if (first_copied_ != nullptr) [[unlikely]]
      leave_last_lines(head_, first_copied_, field_, copied_ - last_lines_);
    if (first_unknown_ != nullptr) lower_names();
    return true;
  }

  [[gnu::noinline, gnu::cold]] static void leave_last_lines(request_head& head, header_field* field, header_field* end,
                                                            std::ptrdiff_t way) noexcept {
    for (; field != end; ++field) {
      field->value = {field->value.data() + way, field->value.size()};
      if (field->token == header::unknown) field->name = {field->name.data() + way, field->name.size()};
      if (field->token == header::host) head.authority = field->value;
    }
  }

  [[gnu::always_inline]] void lower_names() noexcept {
    // A line that was read in place has a block's bytes behind the beginning of its name.
    const header_field* copied = first_copied_ == nullptr ? field_ : first_copied_;
    for (const header_field* field = first_unknown_; field != field_; ++field) {
      if (field->token != header::unknown) continue;
      char* name = begin_ + (field->name.data() - begin_);
      if (field < copied && field->name.size() <= block_bytes) [[likely]] {
        lower_block(name, field->name.size());
      } else {
        lower_token(name, field->name.size());
      }
    }
  }

  // From 'A' to 'Z', moved up so far that '[' is negative.
  [[gnu::always_inline]] static void lower_block(char* name, std::size_t size) noexcept {
    const byte_block bytes = byte_block::load(name);
    const byte_block capitals = (bytes + all(0x7f - 'Z')).greater(all(0x7f - 'Z' + 'A' - 1));
    (bytes | (capitals & all(0x20) & byte_block::load(first_bytes.bytes + block_bytes - size))).store(name);
  }

  static constexpr std::size_t before_name = 2;
  static constexpr std::size_t longest_usual_name = sizeof(known_name::text) - 4;
  // One block is a field's token and name and a part of its value, which is written behind them.
  static_assert(offsetof(header_field, value) <= block_bytes && sizeof(header_field) >= block_bytes);
  static constexpr known_name unknown_name{};
  static constexpr std::string_view proxy_connection = "proxy-connection";

  char* begin_;
  const char* line_;  // the line end that the next line follows
  const char* end_;
  const char* last_block_;  // which ends two bytes before the end
  char* last_lines_;
  const char* copied_ = nullptr;          // where the lines in `last_lines_` stand
  header_field* first_copied_ = nullptr;  // the first field that was read there
  header_field* first_unknown_ = nullptr;
  const head_limits& limits_;
  request_head& head_;
  header_field* field_;
  header_field* last_field_;
  std::uint64_t present_ = 0;
};

}  // namespace
}  // namespace candela::http::detail
