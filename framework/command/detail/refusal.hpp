// Private to the room: what was refused, with the words for people behind the code for programs.
#pragma once

#include <candela/custody/refusal.hpp>
#include <candela/jose/error.hpp>
#include <candela/jose/secret.hpp>
#include <expected>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace candela::command {

/// A refusal that `run_action` tells in two lines: `refused: CODE`, and behind two spaces why. `what()` is the reason.
class refusal : public std::runtime_error {
 public:
  /// `of` is what it is about, and stands before the reason; unless it is empty.
  explicit refusal(const jose::error& why, std::string_view of = {});
  explicit refusal(const custody::error& why, std::string_view of = {});
  /// `code` is valid forever.
  refusal(std::string_view code, const std::string& reason);

  /// As `name_of` has it.
  [[nodiscard]] std::string_view code() const noexcept { return code_; }
  /// Both lines, and their ends.
  [[nodiscard]] std::string text() const;

 private:
  std::string_view code_;
};

/// What a file is called in messages: empty names and `-` are the standard input.
[[nodiscard]] std::string shown_file(const std::string& file);

/// Why the content of a file was refused.
template <class Error>
refusal refusal_of(const std::string& file, const jose::secret_bytes& content, const Error& why) {
  if (content.empty()) return refusal(name_of(why.code), shown_file(file) + ": it is empty");
  return refusal(why, shown_file(file));
}

/// What `read` returns. What is refused there is told with the name of the file that the content is from, as a
/// `refusal`.
template <class Read>
auto about(const std::string& file, const jose::secret_bytes& content, Read read) -> decltype(read()) {
  try {
    return read();
  } catch (const std::bad_expected_access<jose::error>& refused) {
    throw refusal_of(file, content, refused.error());
  } catch (const std::bad_expected_access<custody::error>& refused) {
    throw refusal_of(file, content, refused.error());
  }
}

/// The same of what keys are asked to do; the file is named where it is one.
template <class Act>
auto about_keys(const std::vector<std::string>& files, Act act) -> decltype(act()) {
  try {
    return act();
  } catch (const std::bad_expected_access<jose::error>& refused) {
    throw refusal(refused.error(), files.size() == 1 ? shown_file(files.front()) : std::string());
  }
}

}  // namespace candela::command
