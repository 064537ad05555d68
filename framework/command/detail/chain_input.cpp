#include <algorithm>
#include <candela/command/detail/action.hpp>
#include <candela/command/detail/chain_input.hpp>
#include <candela/command/detail/key_input.hpp>
#include <candela/command/detail/moments.hpp>
#include <candela/command/detail/refusal.hpp>
#include <candela/command/detail/token_parts.hpp>
#include <candela/custody/verification.hpp>
#include <utility>

namespace candela::command {

namespace {

constexpr std::size_t most_links = 64;

std::string_view trimmed(std::string_view text) noexcept {
  constexpr std::string_view space = " \t\r";
  text.remove_prefix(std::min(text.find_first_not_of(space), text.size()));
  return text.substr(0, text.find_last_not_of(space) + 1);
}

bool is_name(std::string_view given, std::string_view name) noexcept {
  const auto lower = [](char each) { return each >= 'A' && each <= 'Z' ? static_cast<char>(each + 32) : each; };
  return std::ranges::equal(given, name, {}, lower);
}

template <class Text>
std::pair<Text, Text> split_at(const Text& text, char mark, const char* wanted) {
  const std::size_t at = text.find(mark);
  if (at == 0 || at == text.npos) throw misuse("\"" + std::string(text) + "\" is not " + wanted);
  return {text.substr(0, at), text.substr(at + 1)};
}

// Single use is the business of services, which have a store for it.
class unused final : public custody::replay_log {
 public:
  custody::replay_answer spend(const custody::spent_id&) override { return custody::replay_answer::first; }
};

[[noreturn]] void malformed(std::string_view detail) {
  throw std::bad_expected_access<custody::error>({custody::refusal::chain_malformed, detail});
}

}  // namespace

custody::service_key public_part(const jose::key& of) {
  const jose::key open = of.public_key().value();
  jose::key_description said = open.described();
  if (said.id.empty()) said.id = of.thumbprint();
  const jose::key known = open.with(std::move(said)).value();
  return {known, custody::chain_algorithm_of(known, jose::key_operation::verify).value()};
}

chain_fields read_fields(std::string_view text) {
  chain_fields found;
  while (!text.empty()) {
    const std::string_view line = trimmed(text.substr(0, text.find('\n')));
    text.remove_prefix(std::min(text.size(), text.find('\n') == text.npos ? text.size() : text.find('\n') + 1));
    const std::size_t colon = line.find(':');
    if (line.empty()) continue;
    if (colon == line.npos) {
      found.chain.push_back(line);
    } else if (is_name(line.substr(0, colon), "call-chain")) {
      found.chain.push_back(trimmed(line.substr(colon + 1)));
    } else if (is_name(line.substr(0, colon), "call-proof")) {
      found.proof.push_back(trimmed(line.substr(colon + 1)));
    }
  }
  return found;
}

void known_services::declare(argument_list& takes) {
  takes.option("--keys", file, "public keys of services: a JSON object with a JWK set for each identity", "FILE");
  takes.options("--known", files, "public keys of one service, in place of --keys", "IDENTITY=FILE");
}

custody::key_snapshot known_services::read(input_files& from) const {
  if (file.empty() == files.empty()) throw misuse("either --keys or --known is needed: the keys of services");
  if (!file.empty()) {
    const jose::secret_bytes content = from.read(file);
    return about(file, content, [&content] { return custody::key_snapshot::from_json(content.text()).value(); });
  }
  std::vector<custody::service_keys> services;
  for (const std::string& each : files) {
    const auto [identity, path] = split_at(each, '=', "IDENTITY=FILE");
    custody::service_keys& service = services.emplace_back(identity);
    for (const jose::key& key : read_keys(path, from)) service.keys.push_back(public_part(key));
  }
  return custody::key_snapshot::of(std::move(services)).value();
}

void request_words::declare(argument_list& takes) {
  takes.option("--method", method, "of the request", "METHOD");
  takes.option("--url", url, "of the request, as configured for whom it is for", "URL");
  takes.option("--content", content_file, "of the request", "FILE");
  takes.option("--content-type", content_type, "of that", "TYPE");
  takes.options("--header", headers, "a field that the proof covers", "NAME: VALUE");
  takes.option("--nonce", nonce, "that the receiver demands, as it stands in Call-Nonce of its answers", "NONCE");
}

request_input::request_input(const request_words& words, std::string_view operation, input_files& from)
    : words_(words), operation_(operation) {
  const std::string_view url = words_.url;
  if (words_.method.empty() != url.empty()) throw misuse("--method and --url belong together");
  if (!words_.content_type.empty()) headers_.push_back({"Content-Type", words_.content_type});
  for (const std::string& each : words_.headers) {
    const auto [name, value] = split_at(std::string_view(each), ':', "NAME: VALUE");
    headers_.push_back({name, trimmed(value)});
  }
  facts_ = {.method = words_.method,
            .target = url.substr(0, url.find('?')),
            .operation = operation_,
            .headers = headers_,
            .nonce = words_.nonce};
  if (url.contains('?')) facts_.query = url.substr(url.find('?') + 1);
  if (words_.content_file.empty()) return;
  if (const jose::secret_bytes content = from.read(words_.content_file); !content.empty())
    content_ = jose::sha256(content);
}

const custody::call_stack& verified_chain(const chain_fields& fields, const custody::chain_rules& rules,
                                          custody::key_snapshot keys, const custody::request_facts& request,
                                          const custody::content_digest& content, arena& memory) {
  custody::static_keys directory(std::move(keys));
  custody::verified_links none(0);
  unused log;
  const clock now;
  return *custody::verify({rules, directory, none}, {fields.chain, fields.proof}, request, content, log, nullptr, now,
                          memory)
              .value();
}

custody::link_claims claimed_link(std::string_view compact, arena& memory) {
  const std::vector<std::string_view> parts = parts_of(compact);
  if (parts.size() != 3) malformed("a link has three parts");
  const auto payload = decoded(parts[1], memory);
  if (!payload) malformed("a link that is not in base64url");
  return custody::read_link(*payload, memory).value();
}

std::vector<custody::link_claims> claimed_links(std::string_view field, arena& memory) {
  std::vector<custody::link_claims> links;
  for (std::size_t mark = field.find('~'); mark != field.npos; mark = field.find('~')) {
    links.push_back(claimed_link(field.substr(0, mark), memory));
    field.remove_prefix(mark + 1);
    if (links.size() == most_links) malformed("more links than anybody accepts");
  }
  links.push_back(claimed_link(field, memory));
  while (!links.front().prv.empty() && links.size() != most_links)
    links.insert(links.begin(), claimed_link(links.front().prv, memory));
  return links;
}

std::string drawn(std::span<const custody::link_claims> calls) {
  const custody::link_claims& root = calls.front();
  const auto moment = [](custody::seconds_since_epoch second) {
    return moment_text(jose::token_time(std::chrono::seconds(second)), present());
  };
  std::string text;
  const auto line = [&text](std::string_view name, std::string_view value) {
    if (!value.empty()) text.append(name).append(value).append("\n");
  };
  line("transaction: ", root.txn);
  line("subject:     ", root.sub);
  line("client:      ", root.client_id);
  line("scope:       ", calls.back().scope.value_or(root.scope.value_or("")));
  line("begun:       ", moment(root.iat));
  line("expires:     ", moment(calls.back().exp));
  line("", root.iss);
  std::size_t depth = 0;
  for (const custody::link_claims& each : calls) {
    text.append(4 * depth++, ' ').append("`-- ").append(each.aud).append("  ").append(each.op).append("\n");
  }
  return text;
}

}  // namespace candela::command
