// Everything of the room that handlers use.
#pragma once

#include <candela/db/copy_reader.hpp>
#include <candela/db/copy_writer.hpp>
#include <candela/db/database.hpp>
#include <candela/db/error.hpp>
#include <candela/db/result.hpp>
#include <candela/db/row_stream.hpp>
#include <candela/db/statement.hpp>
#include <candela/db/transaction.hpp>
#include <candela/db/values.hpp>
