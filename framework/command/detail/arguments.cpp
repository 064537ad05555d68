// The only file of the room that reads CLI11, which takes seconds to compile.
#include <CLI/CLI.hpp>
#include <candela/command/detail/arguments.hpp>
#include <cstdio>

namespace candela::command {

struct argument_list::library_parser : CLI::App {
  using CLI::App::App;
};

argument_list::argument_list(const char* program, const char* purpose)
    : parser_(std::make_unique<library_parser>(purpose, program)) {}

argument_list::~argument_list() = default;

void argument_list::word(const char* name, std::string& value, const char* purpose, check allowed) {
  CLI::Option* added = parser_->add_option(name, value, purpose)->required();
  if (allowed != nullptr) added->check(allowed);
}

void argument_list::optional_word(const char* name, std::string& value, const char* purpose) {
  parser_->add_option(name, value, purpose);
}

void argument_list::words(const char* name, std::vector<std::string>& values, const char* purpose) {
  parser_->add_option(name, values, purpose);
}

void argument_list::option(const char* name, std::string& value, const char* purpose, const char* type) {
  parser_->add_option(name, value, purpose)->type_name(type);
}

void argument_list::option(const char* name, std::uint32_t& value, const char* purpose, const char* type) {
  parser_->add_option(name, value, purpose)->type_name(type);
}

void argument_list::options(const char* name, std::vector<std::string>& values, const char* purpose, const char* type) {
  // One value each time: what follows may be the word of the verb.
  parser_->add_option(name, values, purpose)->type_name(type)->type_size(1)->allow_extra_args(false);
}

void argument_list::flag(const char* name, bool& given, const char* purpose) {
  parser_->add_flag(name, given, purpose);
}

std::optional<int> argument_list::read(arguments given) {
  try {
    // CLI11 takes a vector from its end.
    parser_->parse(std::vector<std::string>(given.rbegin(), given.rend()));
    return std::nullopt;
  } catch (const CLI::CallForHelp&) {
    std::fputs(parser_->help().c_str(), stdout);
    return success;
  } catch (const CLI::ParseError& wrong) {
    const std::string name = parser_->get_name();
    std::fprintf(stderr, "%s: %s (see %s --help)\n", name.c_str(), wrong.what(), name.c_str());
    return usage_error;
  }
}

}  // namespace candela::command
