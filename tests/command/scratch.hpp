// A folder of a test's own, gone with everything in it at the test's end.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <string>
#include <string_view>
#include <system_error>

namespace candela::command {

class scratch {
 public:
  scratch() {
    if (mkdtemp(name_.data()) == nullptr) throw std::runtime_error("no folder for the test");
  }
  scratch(const scratch&) = delete;
  scratch& operator=(const scratch&) = delete;
  ~scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(name_, ignored);
  }

  [[nodiscard]] std::filesystem::path operator/(std::string_view inside) const {
    return std::filesystem::path(name_) / inside;
  }
  [[nodiscard]] const std::string& name() const noexcept { return name_; }

  void write(std::string_view path, std::string_view text) const {
    std::filesystem::create_directories((*this / path).parent_path());
    std::ofstream(*this / path, std::ios::binary) << text;
  }
  [[nodiscard]] std::string read(std::string_view path) const {
    std::ifstream file(*this / path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  /// How many entries it has, hidden ones included.
  [[nodiscard]] std::size_t entries() const {
    return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(name_), {}));
  }

 private:
  std::string name_ = (std::filesystem::temp_directory_path() / "candela-command-XXXXXX").string();
};

}  // namespace candela::command
