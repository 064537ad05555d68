#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <sys/stat.h>
#include <unistd.h>

#include <candela/net/detail/tls_files.hpp>
#include <cstring>

namespace candela::net {

namespace {

constexpr std::size_t most_bytes = 1024 * 1024;

std::int64_t nanoseconds(const timespec& time) noexcept {
  return time.tv_sec * std::int64_t{1'000'000'000} + time.tv_nsec;
}

file_look look_at(const std::string& path) noexcept {
  if (path.empty()) return {};
  struct stat found{};
  if (::stat(path.c_str(), &found) != 0) return {.error = errno};
  return {.error = 0,
          .device = found.st_dev,
          .inode = found.st_ino,
          .size = found.st_size,
          .modified = nanoseconds(found.st_mtim),
          .changed = nanoseconds(found.st_ctim)};
}

// Reads up to the end or the bound; false with errno set.
bool read_all(int descriptor, std::string& text) {
  std::size_t length = 0;
  // The whole room at once: a string that grows would leave copies of a key behind.
  text.resize(most_bytes + 1);
  while (length != text.size()) {
    const ssize_t got = ::read(descriptor, text.data() + length, text.size() - length);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return false;
    if (got == 0) break;
    length += static_cast<std::size_t>(got);
  }
  text.resize(length);
  return true;
}

}  // namespace

tls_files_look look_at_files(const tls_options& options) noexcept {
  const bool asks = options.client_certificates != client_certificates::none;
  return {look_at(options.certificate_file), look_at(options.key_file),
          asks ? look_at(options.client_ca_file) : file_look{}};
}

secret_text::~secret_text() { OPENSSL_cleanse(text_.data(), text_.size()); }

std::expected<secret_text, std::string> read_pem_file(const std::string& path) {
  // Non-blocking: a path that names a pipe must not hold the thread.
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (descriptor < 0) return std::unexpected("cannot open " + path + ": " + std::strerror(errno));
  std::string text;
  const bool read = read_all(descriptor, text);
  const int error = errno;
  ::close(descriptor);
  secret_text content(std::move(text));
  if (!read) return std::unexpected("cannot read " + path + ": " + std::strerror(error));
  if (content.text().size() > most_bytes) return std::unexpected(path + " is larger than a mebibyte");
  return content;
}

}  // namespace candela::net
