// Private to the room: the files behind a TLS context, and how a change of them is noticed.
#pragma once

#include <array>
#include <candela/net/tls_options.hpp>
#include <cstdint>
#include <expected>
#include <string>

namespace candela::net {

/// What stands at a path after every symbolic link: two equal looks mean that nothing was changed or swapped.
struct file_look {
  int error = 0;  ///< errno when there is nothing to look at; 0 also for a path that is not configured
  std::uint64_t device = 0;
  std::uint64_t inode = 0;
  std::int64_t size = 0;
  std::int64_t modified = 0;  ///< nanoseconds
  std::int64_t changed = 0;   ///< nanoseconds; a `chmod` may make readable what was not

  friend bool operator==(const file_look&, const file_look&) = default;
};

/// Certificate, key, client authorities.
using tls_files_look = std::array<file_look, 3>;

[[nodiscard]] tls_files_look look_at_files(const tls_options& options) noexcept;

/// A file's content, wiped when it goes.
class secret_text {
 public:
  explicit secret_text(std::string text) noexcept : text_(std::move(text)) {}
  secret_text(secret_text&&) noexcept = default;
  secret_text& operator=(secret_text&&) = delete;
  ~secret_text();
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  std::string text_;
};

/// Reads at most a mebibyte; the error is a sentence with the path.
[[nodiscard]] std::expected<secret_text, std::string> read_pem_file(const std::string& path);

}  // namespace candela::net
