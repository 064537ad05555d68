// Bytes that must not be left lying about.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>
#include <utility>

namespace candela::jose {

/// Overwrites memory in a way that no compiler leaves out.
void wipe(std::span<std::byte> bytes) noexcept;

/// A fixed number of bytes that are overwritten before their memory is given back. Moves, never copies.
class secret_bytes {
 public:
  secret_bytes() = default;
  /// Zeros. Throws `std::bad_alloc`.
  explicit secret_bytes(std::size_t size) : bytes_(size != 0 ? new std::byte[size]() : nullptr), size_(size) {}
  explicit secret_bytes(std::span<const std::byte> content);
  secret_bytes(secret_bytes&& from) noexcept : bytes_(std::move(from.bytes_)), size_(std::exchange(from.size_, 0)) {}
  secret_bytes& operator=(secret_bytes&& from) noexcept {
    std::swap(bytes_, from.bytes_);
    std::swap(size_, from.size_);
    return *this;
  }
  secret_bytes(const secret_bytes&) = delete;
  secret_bytes& operator=(const secret_bytes&) = delete;
  ~secret_bytes() { wipe({bytes_.get(), size_}); }

  [[nodiscard]] std::byte* data() noexcept { return bytes_.get(); }
  [[nodiscard]] const std::byte* data() const noexcept { return bytes_.get(); }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  operator std::span<const std::byte>() const noexcept { return {bytes_.get(), size_}; }
  [[nodiscard]] std::span<std::byte> span() noexcept { return {bytes_.get(), size_}; }
  [[nodiscard]] std::string_view text() const noexcept { return {reinterpret_cast<const char*>(bytes_.get()), size_}; }
  /// Fewer bytes; what is cut off is overwritten. `size` is at most the present one.
  void shrink(std::size_t size) noexcept;

 private:
  std::unique_ptr<std::byte[]> bytes_;
  std::size_t size_ = 0;
};

}  // namespace candela::jose
