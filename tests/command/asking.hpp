// A verb as the shell runs it: its exit status, and what it wrote.
#pragma once

#include <fcntl.h>
#include <unistd.h>

#include <candela/command/detail/verb.hpp>
#include <cstdio>
#include <string>
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
