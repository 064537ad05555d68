// A verb as the shell runs it: its exit status, and what it wrote.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <candela/command/detail/verb.hpp>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include "scratch.hpp"

namespace candela::command {

/// What runs while it lives writes its standard output and error streams into files.
class captured {
 public:
  captured(const scratch& folder, const char* file, std::FILE* stream) : stream_(stream), kept_(dup(fileno(stream))) {
    const int target = open((folder / file).c_str(), O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0600);
    std::fflush(stream_);
    dup2(target, fileno(stream_));
    close(target);
  }
  captured(const captured&) = delete;
  captured& operator=(const captured&) = delete;
  ~captured() {
    std::fflush(stream_);
    dup2(kept_, fileno(stream_));
    close(kept_);
  }

 private:
  std::FILE* stream_;
  int kept_;
};

struct answer {
  int status;
  std::string out;
  std::string error;

  /// The code of a refusal, where the error stream has the two lines of one; otherwise all that it has.
  [[nodiscard]] std::string refusal() const {
    constexpr std::string_view mark = "refused: ";
    const std::size_t end = std::min(error.find('\n'), error.size());
    const bool explained = error.compare(end, 3, "\n  ") == 0 && error.find_first_not_of(" \n", end) != error.npos;
    if (!error.starts_with(mark) || !explained) return error;
    return error.substr(mark.size(), end - mark.size());
  }
};

inline answer ask(const std::vector<std::string>& words) {
  const scratch here;
  int status = 0;
  {
    const captured out(here, "out", stdout);
    const captured error(here, "error", stderr);
    status = run(words);
  }
  return {status, here.read("out"), here.read("error")};
}

}  // namespace candela::command
