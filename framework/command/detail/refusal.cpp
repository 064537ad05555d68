#include <candela/command/detail/refusal.hpp>
#include <candela/custody/explanation.hpp>
#include <candela/jose/explanation.hpp>

namespace candela::command {

namespace {

std::string of_file(std::string_view file, const std::string& reason) {
  return file.empty() ? reason : std::string(file).append(": ").append(reason);
}

}  // namespace

refusal::refusal(const jose::error& why, std::string_view of)
    : std::runtime_error(of_file(of, jose::explained(why))), code_(name_of(why.code)) {}

refusal::refusal(const custody::error& why, std::string_view of)
    : std::runtime_error(of_file(of, custody::explained(why))), code_(name_of(why.code)) {}

refusal::refusal(std::string_view code, const std::string& reason) : std::runtime_error(reason), code_(code) {}

std::string refusal::text() const {
  return std::string("refused: ").append(code_).append("\n  ").append(what()) + '\n';
}

std::string shown_file(const std::string& file) { return file.empty() || file == "-" ? "the standard input" : file; }

}  // namespace candela::command
