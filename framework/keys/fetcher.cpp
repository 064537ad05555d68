#include <array>
#include <candela/jose/secret.hpp>
#include <candela/keys/detail/answer_reader.hpp>
#include <candela/keys/detail/fetch_stream.hpp>
#include <candela/keys/fetcher.hpp>
#include <candela/net/resolver.hpp>

namespace candela::keys {

struct fetcher::state {
  url from;
  fetch_options options;
  detail::ssl_ctx_ptr context;  // null for http
};

namespace {

std::string request_text(const url& to, const fetch_request& request) {
  std::string text = (request.body.empty() ? "GET " : "POST ") + to.target + " HTTP/1.1\r\nHost: " + to.authority;
  text.append("\r\nAccept: ").append(request.accept);
  if (!request.authorization.empty()) text.append("\r\nAuthorization: ").append(request.authorization);
  if (!request.body.empty()) {
    text.append("\r\nContent-Type: ").append(request.content_type);
    text.append("\r\nContent-Length: ").append(std::to_string(request.body.size()));
  }
  return text.append("\r\nUser-Agent: candela\r\nConnection: close\r\n\r\n").append(request.body);
}

std::expected<fetched, error> read_answer(detail::fetch_stream& stream, std::size_t max_bytes) {
  detail::answer_reader answer(max_bytes);
  std::array<char, 8192> space;
  for (;;) {
    const std::expected<std::size_t, error> bytes = stream.read(space);
    if (!bytes) return std::unexpected(bytes.error());
    if (*bytes == 0) {
      if (auto complete = answer.end(); !complete) return std::unexpected(std::move(complete).error());
      break;
    }
    const std::expected<bool, error> complete = answer.take({space.data(), *bytes});
    if (!complete) return std::unexpected(complete.error());
    if (*complete) break;
  }
  return std::move(answer).result();
}

}  // namespace

fetcher::fetcher(url from, fetch_options options) {
  detail::ssl_ctx_ptr context;
  if (from.secure) context = detail::make_client_context(options.authorities_file);
  state_ = std::make_unique<const state>(std::move(from), std::move(options), std::move(context));
}

fetcher::~fetcher() = default;

const url& fetcher::from() const noexcept { return state_->from; }

std::expected<fetched, error> fetcher::fetch(const fetch_request& request) const {
  const url& to = state_->from;
  const auto addresses = net::resolve_now(to.host, to.port);
  if (!addresses) return std::unexpected(addresses.error());
  const auto deadline = std::chrono::steady_clock::now() + state_->options.timeout;
  error last(errc::unreachable);
  for (const net::address& each : *addresses) {
    detail::fetch_stream stream(deadline);
    if (auto opened = stream.open(each, to, state_->context.get()); !opened) {
      last = std::move(opened).error();
      continue;
    }
    std::string text = request_text(to, request);
    const auto sent = stream.write(text);
    jose::wipe(std::as_writable_bytes(std::span(text)));
    if (!sent) return std::unexpected(sent.error());
    return read_answer(stream, state_->options.max_bytes);
  }
  return std::unexpected(std::move(last));
}

}  // namespace candela::keys
