// Runs llhttp over the body of a request whose head it was shown in the constructor.
#include <candela/http/detail/llhttp_chunks.hpp>

namespace candela::http::detail {

int llhttp_chunks::on_body(llhttp_t* parser, const char*, std::size_t length) {
  static_cast<llhttp_chunks*>(parser->data)->data_bytes_ += length;
  return HPE_OK;
}

int llhttp_chunks::on_message_complete(llhttp_t* parser) {
  static_cast<llhttp_chunks*>(parser->data)->complete_ = true;
  return HPE_OK;
}

const llhttp_settings_t& llhttp_chunks::settings() noexcept {
  static const llhttp_settings_t callbacks = [] {
    llhttp_settings_t made;
    llhttp_settings_init(&made);
    made.on_body = on_body;
    made.on_message_complete = on_message_complete;
    return made;
  }();
  return callbacks;
}

llhttp_chunks::llhttp_chunks() noexcept {
  constexpr std::string_view head = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n";
  llhttp_init(&parser_, HTTP_REQUEST, &settings());
  parser_.data = this;
  llhttp_execute(&parser_, head.data(), head.size());
}

bool llhttp_chunks::accepts(std::string_view bytes) noexcept {
  return bytes.empty() || llhttp_execute(&parser_, bytes.data(), bytes.size()) == HPE_OK;
}

bool llhttp_chunks::agrees(std::string_view bytes, std::string_view extension, std::size_t data_bytes,
                           bool complete) noexcept {
  const auto before = extension.empty() ? std::size_t{0} : static_cast<std::size_t>(extension.data() - bytes.data());
  data_bytes_ = 0;
  const bool accepted = accepts(bytes.substr(0, before)) && accepts(bytes.substr(before + extension.size()));
  return accepted && data_bytes_ == data_bytes && complete_ == complete;
}

}  // namespace candela::http::detail
