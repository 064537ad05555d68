#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <candela/core/descriptor.hpp>
#include <candela/custody/kept_records.hpp>
#include <cerrno>
#include <cstdio>
#include <string>

namespace candela::custody {

namespace {

namespace fs = std::filesystem;
using result = std::expected<void, candela::error>;

std::unexpected<candela::error> failure_of(const fs::path& file) {
  return std::unexpected(system_error(errno, file.native()));
}

// No file is an empty one; one that cannot be read is an error.
std::expected<std::string, candela::error> content_of(const fs::path& file) {
  const descriptor in(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
  if (!in && errno == ENOENT) return std::string();
  if (!in) return failure_of(file);
  std::string text;
  std::array<char, 16 * 1024> piece;
  for (;;) {
    const ssize_t count = ::read(in.get(), piece.data(), piece.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return failure_of(file);
    if (count == 0) return text;
    text.append(piece.data(), static_cast<std::size_t>(count));
  }
}

bool write_whole(int to, std::string_view text) noexcept {
  while (!text.empty()) {
    const ssize_t written = ::write(to, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return ::fsync(to) == 0;
}

fs::path folder_of(const fs::path& file) { return file.has_parent_path() ? file.parent_path() : "."; }

// So that the new name outlives a failure of the machine, too.
result sync_folder_of(const fs::path& file) {
  const fs::path folder = folder_of(file);
  const descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!opened || ::fsync(opened.get()) != 0) return failure_of(folder);
  return {};
}

// Under the lock nobody else has the passing name.
result replace(const fs::path& file, std::string_view text) {
  const fs::path passing = file.native() + ".new";
  const descriptor made(::open(passing.c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0644));
  if (!made) return failure_of(passing);
  if (!write_whole(made.get(), text) || std::rename(passing.c_str(), file.c_str()) != 0) {
    const auto wrong = failure_of(file);
    ::unlink(passing.c_str());
    return wrong;
  }
  return sync_folder_of(file);
}

// How many of the lines are no records of the book's authorities.
std::size_t remember_all(key_book& into, std::string_view lines) {
  std::size_t foreign = 0;
  while (!lines.empty()) {
    const std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
    if (!line.empty() && !into.remember(line)) ++foreign;
  }
  return foreign;
}

}  // namespace

std::expected<std::size_t, candela::error> kept_records::recall(key_book& into) const {
  const std::expected<std::string, candela::error> text = content_of(file_);
  if (!text) return std::unexpected(text.error());
  return remember_all(into, *text);
}

result kept_records::check() const {
  const fs::path folder = folder_of(file_);
  if (::faccessat(AT_FDCWD, folder.c_str(), W_OK | X_OK, AT_EACCESS) != 0) return failure_of(folder);
  const fs::path lock = lock_name();
  if (::faccessat(AT_FDCWD, lock.c_str(), R_OK | W_OK, AT_EACCESS) != 0 && errno != ENOENT) return failure_of(lock);
  return {};
}

result kept_records::keep(std::string_view records) const {
  const fs::path name = lock_name();
  const descriptor lock(::open(name.c_str(), O_CREAT | O_RDWR | O_CLOEXEC, 0600));
  if (!lock || ::flock(lock.get(), LOCK_EX) != 0) return failure_of(name);
  const std::expected<std::string, candela::error> before = content_of(file_);
  if (!before) return std::unexpected(before.error());
  key_book all(authorities_);
  remember_all(all, *before);
  remember_all(all, records);
  const std::string after = all.newest();
  return after == *before ? result() : replace(file_, after);
}

}  // namespace candela::custody
