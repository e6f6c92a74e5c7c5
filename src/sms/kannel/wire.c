/*
 * wire.c
 *		What bearerbox and its boxes say to each other.
 *
 * The protocol of Kannel 1.4.5 on bearerbox's smsbox-port: frames of a length
 * and a packed message.  Integers are four bytes in network order.  A string
 * is its length and its bytes, with -1 for none.  A UUID is a string of 36
 * characters.  A message begins with its type, and its fields follow without
 * names, in a fixed order: what comes behind those that we read is skipped.
 */
#include "postgres.h"

#include "port/pg_bswap.h"

#include "sms/kannel/wire.h"

#define FRAME_MAX (64 * 1024)	/* no message is that long */
#define UUID_LENGTH 36

/* Types of messages. */
#define TYPE_ADMIN 1
#define TYPE_SMS 2
#define TYPE_ACK 3
#define TYPE_LAST 4

/* Commands of admin messages. */
#define COMMAND_SHUTDOWN 0
#define COMMAND_IDENTIFY 3
#define COMMAND_RESTART 4

#define SMS_FROM_TELEPHONE 0
#define SMS_REPORT 3
#define ACK_SUCCESS 0

/*
 * The fields of an SMS until its dlr-url, which is the last that we need: an
 * integer or a string each.
 */
static const char sms_fields[] = "ssss" "i" "sssss" "s" "i" "iiiiii" "i" "s";

#define FIELD_TIME 4
#define FIELD_UUID 10
#define FIELD_SMS_TYPE 11
#define FIELD_DLR_MASK 18
#define FIELD_DLR_URL 19

/* A stretch of bytes that is read from the front. */
typedef struct Cursor
{
	const char *at;
	const char *end;
	bool		short_of;		/* something was not there */
} Cursor;

/* The next integer. */
static int32
read_integer(Cursor *cursor)
{
	uint32		value;

	if (cursor->end - cursor->at < (ptrdiff_t) sizeof(value))
	{
		cursor->short_of = true;
		return 0;
	}
	memcpy(&value, cursor->at, sizeof(value));
	cursor->at += sizeof(value);
	return (int32) pg_ntoh32(value);
}

/* The next string, or NULL for none. */
static char *
read_string(Cursor *cursor)
{
	int32		length = read_integer(cursor);
	char	   *string;

	if (length == -1 || cursor->short_of)
		return NULL;
	if (length < 0 || length > cursor->end - cursor->at)
	{
		cursor->short_of = true;
		return NULL;
	}
	string = pnstrdup(cursor->at, length);
	cursor->at += length;
	return string;
}

/* Read an SMS, which may be a report. */
static void
read_sms(Cursor *cursor, KannelFrame *frame)
{
	int32		sms_type = -1;

	for (int i = 0; sms_fields[i] != '\0' && !cursor->short_of; i++)
	{
		int32		number = 0;
		char	   *string = NULL;

		if (sms_fields[i] == 'i')
			number = read_integer(cursor);
		else
			string = read_string(cursor);
		switch (i)
		{
			case FIELD_TIME:
				frame->time = number;
				break;
			case FIELD_UUID:
				frame->uuid = string;
				break;
			case FIELD_SMS_TYPE:
				sms_type = number;
				break;
			case FIELD_DLR_MASK:
				frame->status = number;
				break;
			case FIELD_DLR_URL:
				frame->url = string;
				break;
		}
	}
	if (cursor->short_of || frame->uuid == NULL ||
		strlen(frame->uuid) != UUID_LENGTH)
		frame->kind = KANNEL_GARBAGE;
	else if (sms_type == SMS_REPORT)
		frame->kind = KANNEL_REPORT;
	else if (sms_type == SMS_FROM_TELEPHONE)
		frame->kind = KANNEL_MESSAGE;
	else
		frame->kind = KANNEL_GARBAGE;
}

KannelFrame
ReadKannelFrame(const StringInfo buffer, int *offset)
{
	KannelFrame frame = {KANNEL_NOTHING};
	Cursor		cursor = {
		buffer->data + *offset, buffer->data + buffer->len, false
	};
	int32		length = read_integer(&cursor);
	int32		type;

	if (cursor.short_of)
		return frame;
	if (length < (int32) sizeof(int32) || length > FRAME_MAX)
	{
		frame.kind = KANNEL_GARBAGE;
		return frame;
	}
	if (length > cursor.end - cursor.at)
		return frame;
	cursor.end = cursor.at + length;
	*offset = cursor.end - buffer->data;

	frame.kind = KANNEL_OTHER;
	type = read_integer(&cursor);
	if (type == TYPE_SMS)
		read_sms(&cursor, &frame);
	else if (type == TYPE_ADMIN)
	{
		int32		command = read_integer(&cursor);

		if (command == COMMAND_SHUTDOWN || command == COMMAND_RESTART)
			frame.kind = KANNEL_GOODBYE;
	}
	else if (type < 0 || type > TYPE_LAST)
		frame.kind = KANNEL_GARBAGE;
	return frame;
}

/* Append an integer. */
static void
write_integer(StringInfo buffer, int32 value)
{
	uint32		bytes = pg_hton32((uint32) value);

	appendBinaryStringInfo(buffer, (char *) &bytes, sizeof(bytes));
}

/* Append a string. */
static void
write_string(StringInfo buffer, const char *string)
{
	int			length = strlen(string);

	write_integer(buffer, length);
	appendBinaryStringInfo(buffer, string, length);
}

void
WriteIdentity(StringInfo buffer, const char *box)
{
	write_integer(buffer, 3 * sizeof(int32) + strlen(box));
	write_integer(buffer, TYPE_ADMIN);
	write_integer(buffer, COMMAND_IDENTIFY);
	write_string(buffer, box);
}

void
WriteAcknowledgement(StringInfo buffer, const KannelFrame *frame)
{
	write_integer(buffer, 4 * sizeof(int32) + UUID_LENGTH);
	write_integer(buffer, TYPE_ACK);
	write_integer(buffer, ACK_SUCCESS);
	write_integer(buffer, frame->time);
	write_string(buffer, frame->uuid);
}
