// The only file of the room that reads CLI11, which takes seconds to compile.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <candela/command/detail/arguments.hpp>
#include <charconv>
#include <cstdio>
#include <system_error>

namespace candela::command {

struct argument_list::library_parser : CLI::App {
  using CLI::App::App;
};

namespace {

// CLI11 would take signs and other bases, too.
std::string check_number(const std::string& text) {
  std::uint32_t number = 0;
  const auto [end, wrong] = std::from_chars(text.data(), text.data() + text.size(), number);
  return wrong == std::errc() && end == text.data() + text.size() ? "" : "takes a number, not " + text;
}

// Of an option with too few or too many values.
std::string mismatch(const CLI::App& app, const std::string& what) {
  const std::string name = what.substr(0, what.find(':'));
  const CLI::Option* option = app.get_option_no_throw(name);
  if (option == nullptr) return what;
  if (option->count() > 1) return name + " is given twice";
  return name + " needs a value: " + name + ' ' + option->get_type_name();
}

// CLI11 tells what is missing before what it did not understand, and lists that from its end; people want the first,
// which may be what they took for the name of what is missing.
std::string sentence(const CLI::App& app, const CLI::ParseError& mistake) {
  if (dynamic_cast<const CLI::ArgumentMismatch*>(&mistake) != nullptr) return mismatch(app, mistake.what());
  const std::vector<std::string> unknown = app.remaining();
  if (unknown.empty()) return mistake.what();
  const auto option = [](const std::string& word) { return word.size() > 1 && word.starts_with('-'); };
  const auto first = std::ranges::find_if(unknown, option);
  return first != unknown.end() ? "unknown option " + first->substr(0, first->find('='))
                                : "unexpected argument " + unknown.front();
}

}  // namespace

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
  parser_->add_option(name, value, purpose)->type_name(type)->check(check_number);
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
    std::fprintf(stderr, "%s: %s (see %s --help)\n", name.c_str(), sentence(*parser_, wrong).c_str(), name.c_str());
    return usage_error;
  }
}

}  // namespace candela::command
