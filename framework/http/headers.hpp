// The header fields of a message, neutral to the protocol version: a token or a lower-case name, and a view of the
// value.
#pragma once

#include <candela/core/arena.hpp>
#include <candela/http/header_name.hpp>
#include <cstdint>
#include <span>
#include <string_view>

namespace candela::http {

/// One field line. `name` is always the lower-case name, for tokens too. Views live as long as the message they belong
/// to.
struct header_field {
  header token = header::unknown;
  std::string_view name;
  std::string_view value;
};

/// The fields of one message in the order of their arrival. What it is given stays where it is: names and values are
/// views whose memory must outlive the message (its arena, the slab, static text).
class headers {
 public:
  headers() noexcept = default;
  /// Starts on `storage` and moves to `memory` when that is full. Both must outlive this object.
  headers(std::span<header_field> storage, arena& memory) noexcept
      : fields_(storage.data()), capacity_(static_cast<std::uint32_t>(storage.size())), arena_(&memory) {}

  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] const header_field* begin() const noexcept { return fields_; }
  [[nodiscard]] const header_field* end() const noexcept { return fields_ + size_; }
  [[nodiscard]] const header_field& operator[](std::size_t index) const noexcept { return fields_[index]; }

  /// Whether a field of that name is there; one bit test. `token` must not be `unknown`.
  [[nodiscard]] bool has(header token) const noexcept { return (present_ & bit(token)) != 0; }
  /// The set of tokens present, bit `1 << token`.
  [[nodiscard]] std::uint64_t present() const noexcept { return present_; }

  /// The value of the first such field; an empty view with a null `data()` when there is none.
  [[nodiscard]] std::string_view get(header token) const noexcept {
    if (!has(token)) return {};
    for (const header_field& field : *this) {
      if (field.token == token) return field.value;
    }
    return {};
  }
  /// As above by name, in any letter case.
  [[nodiscard]] std::string_view get(std::string_view name) const noexcept;
  /// How many field lines carry that name.
  [[nodiscard]] std::size_t count(header token) const noexcept;

  /// Appends a field line; `value` is not copied.
  void add(header token, std::string_view value) { append({token, lower_name(token), value}); }
  /// Appends a field line by name; a name without a token is copied in lower case, `value` is not copied.
  void add(std::string_view name, std::string_view value);
  /// Replaces every field of that name by one.
  void set(header token, std::string_view value);
  void set(std::string_view name, std::string_view value);
  /// Removes every field of that name and says how many there were.
  std::size_t remove(header token) noexcept;
  std::size_t remove(std::string_view name) noexcept;

  void clear() noexcept {
    size_ = 0;
    present_ = 0;
  }

  /// Appends a field whose name is a token's or already lower case and outlives the message. For codecs.
  void append(const header_field& field) {
    if (size_ == capacity_) [[unlikely]]
      grow();
    fields_[size_++] = field;
    present_ |= bit(field.token);
  }
  /// How many fields there is room for without growing.
  [[nodiscard]] std::size_t capacity() const noexcept { return capacity_; }
  /// Where a codec may put up to `capacity()` fields before it says `adopt`.
  [[nodiscard]] header_field* storage() noexcept { return fields_; }
  /// Takes over `count` fields that stand in `storage()` already. For codecs.
  void adopt(std::size_t count, std::uint64_t present) noexcept {
    size_ = static_cast<std::uint32_t>(count);
    present_ = present;
  }
  /// Where it grows. For codecs and responses.
  [[nodiscard]] arena& memory() const noexcept { return *arena_; }
  /// Empty again, on that storage. For codecs and responses that are used again.
  void restart(std::span<header_field> storage, arena& memory) noexcept {
    fields_ = storage.data();
    capacity_ = static_cast<std::uint32_t>(storage.size());
    arena_ = &memory;
    clear();
  }
  /// Moves names and values of every field to `memory`, and the table of fields too.
  void pin(arena& memory);

 private:
  static constexpr std::uint64_t bit(header token) noexcept {
    // Bit 0 would be `unknown`, which says nothing; it stays clear.
    return (std::uint64_t{1} << static_cast<unsigned>(token)) & ~std::uint64_t{1};
  }
  void grow();
  template <class Predicate>
  std::size_t remove_where(Predicate matches) noexcept;

  header_field* fields_ = nullptr;
  std::uint32_t size_ = 0;
  std::uint32_t capacity_ = 0;
  std::uint64_t present_ = 0;
  arena* arena_ = nullptr;
};

}  // namespace candela::http
