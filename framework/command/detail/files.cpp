#include <fcntl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <candela/command/detail/action.hpp>
#include <candela/command/detail/files.hpp>
#include <candela/core/descriptor.hpp>
#include <candela/core/secret.hpp>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>
#include <utility>

namespace candela::command {

namespace {

[[noreturn]] void cannot_read(const std::string& what, const char* why) {
  throw misuse("cannot read " + what + ": " + why);
}

// The number of bytes, at most `room.size()`; 0 at the end.
std::size_t read_some(int from, std::span<std::byte> room, const std::string& what) {
  for (;;) {
    const ssize_t got = ::read(from, room.data(), room.size());
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) cannot_read(what, std::strerror(errno));
  }
}

jose::secret_bytes read_all(int from, const std::string& what) {
  jose::secret_bytes content(4096);
  std::size_t used = 0;
  while (const std::size_t got = read_some(from, content.span().subspan(used), what)) {
    used += got;
    if (used > input_files::max_bytes) cannot_read(what, "it is longer than 64 MiB");
    if (used != content.size()) continue;
    jose::secret_bytes larger(content.size() * 2);
    std::memcpy(larger.data(), content.data(), used);
    content = std::move(larger);
  }
  content.shrink(used);
  return content;
}

// The terminal does not show what is typed while this lives.
class unseen_typing {
 public:
  explicit unseen_typing(const std::string& asked_for) {
    tcgetattr(STDIN_FILENO, &before_);
    termios unseen = before_;
    // An interrupt would leave the terminal like that.
    unseen.c_lflag &= ~static_cast<tcflag_t>(ECHO | ISIG);
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &unseen);
    std::fputs((asked_for + ": ").c_str(), stderr);
  }
  unseen_typing(const unseen_typing&) = delete;
  unseen_typing& operator=(const unseen_typing&) = delete;
  ~unseen_typing() {
    tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    std::fputc('\n', stderr);
  }

 private:
  termios before_;
};

void end_at_line_end(jose::secret_bytes& content) {
  content.shrink(std::min(content.size(), content.text().find_first_of("\r\n")));
}

jose::secret_bytes typed(const std::string& asked_for) {
  const unseen_typing asking(asked_for);
  constexpr std::size_t longest = 1024;
  jose::secret_bytes line(longest);
  // A terminal gives one line at a time.
  line.shrink(read_some(STDIN_FILENO, line.span(), "the " + asked_for));
  if (line.size() == longest && !line.text().ends_with('\n'))
    throw misuse("the " + asked_for + " is too long to be typed; it can be read from a file");
  end_at_line_end(line);
  return line;
}

jose::secret_bytes typed_twice(const std::string& asked_for) {
  jose::secret_bytes first = typed(asked_for);
  if (!equal_secrets(first, typed(asked_for + " again"))) throw misuse("that was not the same again");
  return first;
}

void drop_line_end(jose::secret_bytes& content) {
  std::string_view text = content.text();
  if (text.ends_with('\n')) text.remove_suffix(text.ends_with("\r\n") ? 2 : 1);
  content.shrink(text.size());
}

bool is_control(char letter) noexcept { return static_cast<unsigned char>(letter) < ' ' || letter == '\x7f'; }

void write_all(int to, std::span<const std::byte> content, const std::string& what) {
  while (!content.empty()) {
    const ssize_t written = ::write(to, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw std::system_error(errno, std::generic_category(), "cannot write " + what);
    content = content.subspan(static_cast<std::size_t>(written));
  }
}

// A new file under a passing name, which goes again unless it was given its own.
class passing_file {
 public:
  explicit passing_file(const std::string& path) : name_(path + ".XXXXXX"), file_(mkostemp(name_.data(), O_CLOEXEC)) {
    if (file_.get() < 0) throw std::system_error(errno, std::generic_category(), "cannot write " + path);
  }
  passing_file(const passing_file&) = delete;
  passing_file& operator=(const passing_file&) = delete;
  ~passing_file() { unlink(name_.c_str()); }

  [[nodiscard]] int number() const noexcept { return file_.get(); }
  // False, with `errno`, when it cannot. Not every file system has links, so the name is taken by an empty file first.
  [[nodiscard]] bool become(const std::string& path, bool force) const noexcept {
    if (!force) {
      const descriptor taken(open(path.c_str(), O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600));
      if (taken.get() < 0) return false;
    }
    return rename(name_.c_str(), path.c_str()) == 0;
  }

 private:
  std::string name_;
  descriptor file_;
};

}  // namespace

jose::secret_bytes input_files::read(const std::string& file) {
  if (!file.empty() && file != "-") {
    const descriptor from(open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (from.get() < 0) cannot_read(file, std::strerror(errno));
    return read_all(from.get(), file);
  }
  if (std::exchange(standard_input_read_, true)) throw misuse("only one thing can be read from the standard input");
  return read_all(STDIN_FILENO, "the standard input");
}

jose::secret_bytes input_files::read_line(const std::string& file) {
  jose::secret_bytes content = read(file);
  drop_line_end(content);
  return content;
}

jose::secret_bytes input_files::read_password(const std::string& file) {
  const bool asked = file == "-" && !standard_input_read_ && isatty(STDIN_FILENO) == 1;
  jose::secret_bytes content = asked ? typed("password") : read(file);
  end_at_line_end(content);
  if (content.empty()) throw misuse("the password is empty");
  return content;
}

jose::secret_bytes input_files::read_new_secret(const char* called) {
  jose::secret_bytes content = isatty(STDIN_FILENO) == 1 ? typed_twice(called) : read("-");
  drop_line_end(content);
  const std::string it = std::string("the ").append(called);
  if (content.empty()) throw misuse(it + " is empty");
  if (std::ranges::any_of(content.text(), is_control)) throw misuse(it + " is more than one line, or no text");
  return content;
}

void write_output(std::span<const std::byte> content) {
  std::fflush(stdout);
  write_all(STDOUT_FILENO, content, "the result");
}

void write_output(std::string_view content) { write_output(std::as_bytes(std::span(content))); }

void write_message(std::string_view content) {
  write_output(content);
  if (isatty(STDOUT_FILENO) == 1 && !content.ends_with('\n')) write_output("\n");
}

void write_file(const std::string& path, std::span<const std::byte> content, readers of, bool force) {
  const passing_file file(path);
  write_all(file.number(), content, path);
  const mode_t hidden = umask(0);
  umask(hidden);
  if (of == readers::everybody) fchmod(file.number(), 0666 & ~hidden);
  if (fsync(file.number()) == 0 && file.become(path, force)) return;
  if (errno == EEXIST) throw std::runtime_error(path + " exists already; --force replaces it");
  throw std::system_error(errno, std::generic_category(), "cannot write " + path);
}

}  // namespace candela::command
