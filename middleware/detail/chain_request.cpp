#include "middleware/detail/chain_request.hpp"

#include <algorithm>
#include <candela/server/concatenate.hpp>

namespace candela::middleware::detail {

namespace {

constexpr std::string_view chain_field = "call-chain";
constexpr std::string_view proof_field = "call-proof";
constexpr std::string_view transaction_field = "txn-token";
constexpr std::string_view workload_field = "workload-identity-token";

// Names of fields stand in lower case here.
std::span<const std::string_view> values_of(exchange& x, std::string_view name) {
  const http::headers& all = x.request().headers();
  const std::span<std::string_view> values = x.arena().make_array<std::string_view>(all.size());
  std::size_t count = 0;
  for (const http::header_field& each : all) {
    if (each.name == name) values[count++] = each.value;
  }
  return values.first(count);
}

std::span<const custody::named_value> all_fields(exchange& x) {
  const http::headers& all = x.request().headers();
  const std::span<custody::named_value> fields = x.arena().make_array<custody::named_value>(all.size());
  std::ranges::transform(all, fields.begin(),
                         [](const http::header_field& each) { return custody::named_value{each.name, each.value}; });
  return fields;
}

// Tokens that go with a request stand there once, or nobody could tell which of them the handler sees.
class token_reader {
 public:
  explicit token_reader(exchange& x) noexcept : exchange_(x) {}

  std::string_view token(std::string_view name) {
    const std::span<const std::string_view> values = values_of(exchange_, name);
    right_ = right_ && values.size() < 2;
    return values.empty() ? std::string_view() : values.front();
  }
  // The credentials alone: what a client signs is the token, not its scheme.
  std::string_view credentials() {
    const std::string_view value = token("authorization");
    const std::size_t space = value.find(' ');
    return space == value.npos ? value : value.substr(value.find_first_not_of(' ', space));
  }
  std::span<const custody::named_value> others(const std::vector<std::string>& names) {
    const std::span<custody::named_value> found = exchange_.arena().make_array<custody::named_value>(names.size());
    std::size_t count = 0;
    for (const std::string& name : names) {
      const std::string_view value = token(name);
      if (!value.empty()) found[count++] = {name, value};
    }
    return found.first(count);
  }
  [[nodiscard]] bool right() const noexcept { return right_; }

 private:
  exchange& exchange_;
  bool right_ = true;
};

std::string_view operation_of(exchange& x, const chain_surface& of) {
  if (!of.operation.empty()) return of.operation;
  return concatenate(x.arena(), x.request().method_name(), " ", x.route().pattern);
}

}  // namespace

std::expected<chain_request, custody::error> read_chain_request(exchange& x, const chain_surface& of) {
  const candela::request& request = x.request();
  token_reader tokens(x);
  chain_request read;
  read.presented = {values_of(x, chain_field), values_of(x, proof_field)};
  custody::request_facts& facts = read.facts;
  facts.method = request.method_name();
  facts.target = concatenate(x.arena(), of.origin, request.path());
  if (request.target().find('?') != std::string_view::npos) facts.query = request.query();
  facts.operation = operation_of(x, of);
  facts.headers = all_fields(x);
  facts.access_token = tokens.credentials();
  facts.transaction_token = tokens.token(transaction_field);
  facts.workload_token = tokens.token(workload_field);
  facts.other_tokens = tokens.others(of.other_tokens);
  if (const net::peer_identity* peer = x.identity()) facts.peer = peer->spiffe_id;
  if (tokens.right()) return read;
  return std::unexpected(custody::error{custody::refusal::chain_malformed, "a token's field that stands there twice"});
}

bool may_have_content(const exchange& x) noexcept {
  const http::headers& fields = x.request().headers();
  if (fields.has(http::header::transfer_encoding)) return true;
  const std::string_view length = fields.get(http::header::content_length);
  return length.find_first_not_of('0') != length.npos;
}

}  // namespace candela::middleware::detail
