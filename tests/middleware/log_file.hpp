// What is logged during one test.
#pragma once

#include <algorithm>
#include <candela/core/log.hpp>
#include <string>
#include <string_view>

#include "tests/core/detail/scratch_folder.hpp"
#include "tests/kept_logs.hpp"

namespace candela::testing {

/// Records of every level, as JSON in a file of its own, while it exists.
class log_file {
 public:
  log_file() {
    log::options wanted;
    wanted.minimum = log::level::trace;
    wanted.output = {log::format::json, false, folder_.file("all.log")};
    log::configure(wanted);
  }
  log_file(const log_file&) = delete;
  log_file& operator=(const log_file&) = delete;
  ~log_file() { keep_logs_again(folder_.file("all.log")); }

  [[nodiscard]] std::string text() const {
    log::flush();
    return folder_.content("all.log");
  }
  [[nodiscard]] bool has(std::string_view part) const { return text().find(part) != std::string::npos; }
  [[nodiscard]] long lines() const {
    const std::string all = text();
    return std::count(all.begin(), all.end(), '\n');
  }

 private:
  scratch_folder folder_;
};

}  // namespace candela::testing
