// Key files of a test, made by the command itself.
#pragma once

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "asking.hpp"

namespace candela::command {

/// The text with another character of base64url at that place.
inline std::string changed_at(std::string text, std::size_t place) {
  text.at(place) = text.at(place) == 'A' ? 'B' : 'A';
  return text;
}

/// A folder with key files in it, and messages.
class key_folder {
 public:
  /// Makes NAME.jwk and, unless it is a secret, NAME.pub.jwk, by the options of `candela keys generate`.
  void make(const std::string& name, std::vector<std::string> options, bool secret = false) const {
    std::vector<std::string> words{"keys", "generate", "--out", path(name + ".jwk")};
    if (!secret) words.insert(words.end(), {"--public", path(name + ".pub.jwk")});
    words.insert(words.end(), options.begin(), options.end());
    const answer made = ask(words);
    REQUIRE_MESSAGE(made.status == success, made.error);
  }
  /// Writes a file and returns its path.
  [[nodiscard]] std::string file(const std::string& name, std::string_view content) const {
    here_.write(name, content);
    return path(name);
  }
  [[nodiscard]] std::string path(const std::string& name) const { return (here_ / name).string(); }
  [[nodiscard]] std::string content(const std::string& name) const { return here_.read(name); }

 private:
  scratch here_;
};

}  // namespace candela::command
