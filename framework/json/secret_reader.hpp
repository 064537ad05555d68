// Reading JSON that holds secrets, such as private keys: nothing of it stays in memory.
#pragma once

#include <candela/core/arena.hpp>
#include <candela/json/reader.hpp>
#include <candela/json/value.hpp>
#include <string_view>

namespace candela::json {

/// One parsed text of any shape. What the parser made of it is overwritten before this constructor returns, and what
/// stands here before its memory is given back. Slower than `parse`; refuses the same.
class secret_reader {
 public:
  /// Throws `std::bad_alloc`.
  explicit secret_reader(std::string_view text, const read_options& options = {});
  secret_reader(const secret_reader&) = delete;
  secret_reader& operator=(const secret_reader&) = delete;
  ~secret_reader();

  /// What was read, valid as long as this; null when the text was refused. Why, nobody is told: that would quote it.
  [[nodiscard]] const value* root() const noexcept { return well_formed_ ? &root_ : nullptr; }

 private:
  arena memory_;
  value root_;
  bool well_formed_ = false;
};

}  // namespace candela::json
