// candela keys check: whether every rule for keys holds.
#include <candela/command/detail/action.hpp>
#include <candela/command/detail/arguments.hpp>
#include <candela/command/detail/key_actions.hpp>
#include <candela/command/detail/key_input.hpp>
#include <candela/command/detail/refusal.hpp>
#include <candela/json/secret_reader.hpp>
#include <cstdio>
#include <string>
#include <vector>

namespace candela::command {

namespace {

std::string description_of(const jose::key& each) {
  std::string text(name_of(each.kind()));
  if (each.on_curve() != jose::curve::none) {
    text.append(" ").append(name_of(each.on_curve()));
  } else {
    text += ' ' + std::to_string(each.bits()) + " bits";
  }
  const jose::key_description& said = each.described();
  if (!said.algorithm.empty()) text += ", for " + said.algorithm;
  if (said.use == jose::key_use::signature) text += ", signatures";
  if (said.use == jose::key_use::encryption) text += ", encryption";
  if (each.kind() == jose::key_kind::oct) return text + ", secret";
  return text + (each.is_private() ? ", private" : ", public");
}

// The key of a set that the set was refused for, behind the file; the file alone when it is the set itself.
std::string place_of(const jose::error& wrong, std::string_view text, const std::string& file) {
  const json::secret_reader parsed(text);
  const json::value* keys = parsed.root() != nullptr ? parsed.root()->find("keys") : nullptr;
  if (keys == nullptr) return file;
  for (std::size_t i = 0; i != keys->elements().size(); ++i) {
    const auto made = jose::key::from_jwk(keys->elements()[i]);
    if (!made && made.error() == wrong.code && made.error().detail == wrong.detail)
      return file + ": keys[" + std::to_string(i) + "]";
  }
  return file;
}

std::vector<jose::key> keys_of(const jose::secret_bytes& content, const std::string& file) {
  try {
    return read_keys(content);
  } catch (const std::bad_expected_access<jose::error>& refused) {
    if (content.empty()) throw;
    throw refusal(refused.error(), place_of(refused.error(), content.text(), shown_file(file)));
  }
}

int check(const std::string& file) {
  input_files from;
  const jose::secret_bytes content = from.read(file);
  for (const jose::key& each : about(file, content, [&] { return keys_of(content, file); })) {
    const std::string called = each.id().empty() ? each.thumbprint() : std::string(each.id());
    std::printf("ok: %s: %s\n", called.c_str(), description_of(each).c_str());
  }
  return success;
}

}  // namespace

int check_keys(arguments given) {
  argument_list takes("candela keys check",
                      "Says whether the keys of a file are good: exit status 0, or 1 with the reason.");
  std::string file;
  takes.optional_word("FILE", file, "JWK, JWK set, PEM or DER; otherwise the standard input");
  if (const auto ended = takes.read(given)) return *ended;
  try {
    return check(file);
  } catch (const misuse& wrong) {
    // There are but two answers here.
    throw std::runtime_error(wrong.what());
  }
}

}  // namespace candela::command
