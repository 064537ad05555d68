// Private to the room: how every verb reads its arguments.
#pragma once

#include <candela/command/detail/verb.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace candela::command {

/// What a verb takes, each with the place that its value goes to. The places must live until `read` has returned.
class argument_list {
 public:
  /// Says what is wrong with a value; nothing when it can be.
  using check = std::string (*)(const std::string& value);

  /// `program` is how the user calls it ("candela new").
  argument_list(const char* program, const char* purpose);
  argument_list(const argument_list&) = delete;
  argument_list& operator=(const argument_list&) = delete;
  ~argument_list();

  /// A word without a name before it, which must be there.
  void word(const char* name, std::string& value, const char* purpose, check allowed = nullptr);
  /// A word that may be missing.
  void optional_word(const char* name, std::string& value, const char* purpose);
  /// Any number of words.
  void words(const char* name, std::vector<std::string>& values, const char* purpose);
  /// A name with a value: `--dir FOLDER`, where `type` is the FOLDER.
  void option(const char* name, std::string& value, const char* purpose, const char* type);
  void option(const char* name, std::uint32_t& value, const char* purpose, const char* type);
  /// The same, which may be given again: each adds one value.
  void options(const char* name, std::vector<std::string>& values, const char* purpose, const char* type);
  /// A name alone.
  void flag(const char* name, bool& given, const char* purpose);

  /// An exit status when there is nothing more to do: help was shown, or a mistake was told in one line on the error
  /// stream.
  [[nodiscard]] std::optional<int> read(arguments given);

 private:
  struct library_parser;
  std::unique_ptr<library_parser> parser_;
};

}  // namespace candela::command
