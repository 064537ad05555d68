// A terminal of the test's own, for verbs that see one at their standard streams.
#pragma once

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include <stdexcept>
#include <string>
#include <string_view>

namespace candela::command {

/// The test reads what is shown, and types.
class terminal {
 public:
  terminal() : master_(posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC)) {
    if (master_ < 0 || grantpt(master_) != 0 || unlockpt(master_) != 0) throw std::runtime_error("no terminal");
    name_ = ptsname(master_);
  }
  terminal(const terminal&) = delete;
  terminal& operator=(const terminal&) = delete;
  ~terminal() { close(master_); }

  [[nodiscard]] const std::string& name() const noexcept { return name_; }
  void type(std::string_view text) const {
    if (write(master_, text.data(), text.size()) != static_cast<ssize_t>(text.size()))
      throw std::runtime_error("the terminal takes nothing");
  }
  /// What is shown next; nothing when nobody has the terminal open any more.
  [[nodiscard]] std::string shown() const {
    std::string text(4096, '\0');
    const ssize_t got = read(master_, text.data(), text.size());
    text.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    return text;
  }

 private:
  int master_;
  std::string name_;
};

/// While it lives, a standard stream is that terminal.
class connected {
 public:
  connected(const terminal& to, int stream)
      : stream_(stream),
        kept_(fcntl(stream, F_DUPFD_CLOEXEC, 0)),
        own_(open(to.name().c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC)) {
    dup2(own_, stream_);
  }
  connected(const connected&) = delete;
  connected& operator=(const connected&) = delete;
  ~connected() {
    dup2(kept_, stream_);
    close(kept_);
    close(own_);
  }

 private:
  int stream_;
  int kept_;
  int own_;
};

}  // namespace candela::command
