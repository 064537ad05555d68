#include "tests/kept_logs.hpp"

#include <errno.h>
#include <stdlib.h>

#include <candela/core/log.hpp>
#include <filesystem>
#include <fstream>

namespace candela::testing {

namespace {

// Empty: nothing is kept.
std::string file_of(const std::string& ending) {
  const char* folder = getenv("CANDELA_TEST_LOGS");
  return folder == nullptr ? "" : std::filesystem::path(folder) / (program_invocation_short_name + ending);
}

}  // namespace

void keep_logs() {
  log::options wanted;
  wanted.minimum = log::level::trace;
  wanted.output.to_stderr = false;
  wanted.output.file = file_of(".log");
  log::configure(wanted);
}

void keep_logs_again(const std::string& caught) {
  log::flush();
  if (const std::string kept = file_of("-caught.log"); !kept.empty()) {
    std::ofstream(kept, std::ios::app) << std::ifstream(caught).rdbuf();
  }
  keep_logs();
}

}  // namespace candela::testing
