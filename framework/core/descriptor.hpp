// An open file, socket or folder of the system, closed by whoever holds it.
#pragma once

#include <utility>

namespace candela {

/// Owns one descriptor, or none. Closing tells no errors: who has to know that bytes are on the disk asks for it
/// before.
class descriptor {
 public:
  descriptor() noexcept = default;
  /// A negative number, as failed calls give it, is none.
  explicit descriptor(int number) noexcept : number_(number) {}
  descriptor(descriptor&& other) noexcept : number_(other.release()) {}
  descriptor& operator=(descriptor&& other) noexcept {
    if (this != &other) {
      reset();
      number_ = other.release();
    }
    return *this;
  }
  ~descriptor() {
    if (number_ >= 0) reset();
  }

  /// Closes it now.
  void reset() noexcept;
  /// Gives it to somebody else to be closed.
  [[nodiscard]] int release() noexcept { return std::exchange(number_, -1); }
  [[nodiscard]] int get() const noexcept { return number_; }
  explicit operator bool() const noexcept { return number_ >= 0; }

 private:
  int number_ = -1;
};

}  // namespace candela
