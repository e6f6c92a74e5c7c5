import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Timestamp;
import java.time.Instant;
import org.postgresql.util.PSQLException;

/** The journey with JDBC: strings by setString, keys by getGeneratedKeys. */
public class Jdbc {
    private static Connection login(String name) throws SQLException {
        Connection connection = DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + System.getenv("PGPORT")
                + "/" + System.getenv("PGDATABASE") + "?user=" + name);
        connection.setAutoCommit(false);
        return connection;
    }

    private static PreparedStatement prepare(Connection connection, String statement, Object... values) throws SQLException {
        PreparedStatement prepared = connection.prepareStatement(statement, Statement.RETURN_GENERATED_KEYS);
        bind(prepared, values);
        return prepared;
    }

    // (the generated keys are every column, and an official does not read all of them)
    private static PreparedStatement prepareForOfficial(Connection connection, String statement, Object... values) throws SQLException {
        PreparedStatement prepared = connection.prepareStatement(statement);
        bind(prepared, values);
        return prepared;
    }

    private static void bind(PreparedStatement prepared, Object... values) throws SQLException {
        for (int i = 0; i < values.length; i++) {
            if (values[i] instanceof String) {
                prepared.setString(i + 1, (String) values[i]);
            } else {
                prepared.setObject(i + 1, values[i]);
            }
        }
    }

    private static String one(Connection connection, String statement, Object... values) throws SQLException {
        try (PreparedStatement prepared = connection.prepareStatement(statement)) {
            bind(prepared, values);
            try (ResultSet rows = prepared.executeQuery()) {
                rows.next();
                return rows.getString(1);
            }
        }
    }

    private static void refused(Connection portal, long applicantId, String statement, Object... values) throws SQLException {
        try {
            one(portal, "SELECT licence_home.act_for(?)", applicantId);
            try (PreparedStatement prepared = portal.prepareStatement(statement)) {
                bind(prepared, values);
                prepared.execute();
            }
        } catch (PSQLException error) {
            String column = error.getServerErrorMessage().getColumn();
            System.out.println("refused " + error.getSQLState() + " " + (column == null ? "" : column));
        }
        portal.rollback();
    }

    public static void main(String[] arguments) throws SQLException {
        String identityNo = arguments[0];
        String[][] documents = {{"title_deed", "2012/1"}, {"occupancy_permit", "1995/2"}, {"construction_licence", "1994/3"}};
        long applicantId;
        String applicationNo;

        try (Connection portal = login("portal_login"); Connection clerk = login("clerk_login")) {
            try (PreparedStatement insert = prepare(portal,
                    "INSERT INTO licence_home.applicant (kind, identity_no, name_ar, name_en, phone, language) VALUES (?, ?, ?, ?, ?, ?)",
                    "citizen", identityNo, "سلمى", "Salma", "079" + identityNo.substring(3), null)) {
                insert.executeUpdate();
                ResultSet keys = insert.getGeneratedKeys();
                keys.next();
                applicantId = keys.getLong("applicant_id");
            }
            System.out.println("registered");
            try (PreparedStatement insert = prepare(portal,
                    "INSERT INTO licence_home.application (applicant_id, profession, home, village, basin, parcel,"
                    + " home_area_m2, work_area_m2, built_on, employees, people, tenant)"
                    + " VALUES (?, ?, ST_SetSRID(ST_MakePoint(?, ?), 4326), ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    applicantId, "electronic_marketing", 35.84, 31.98, "142 اليادودة", "5 الحنو", identityNo,
                    new BigDecimal("120"), new BigDecimal("15"), java.sql.Date.valueOf("1995-06-01"), 0, 1, false)) {
                insert.executeUpdate();
                ResultSet keys = insert.getGeneratedKeys();
                keys.next();
                applicationNo = keys.getString("application_no");
                System.out.println(keys.getString("state"));
            }
            for (String[] document : documents) {
                try (PreparedStatement insert = prepare(portal,
                        "INSERT INTO licence_home.document (application_no, document_type, reference_no) VALUES (?, ?, ?)",
                        applicationNo, document[0], document[1])) {
                    insert.executeUpdate();
                }
            }
            try (PreparedStatement update = prepare(portal,
                    "UPDATE licence_home.application SET state = ? WHERE application_no = ?", "submitted", applicationNo)) {
                update.executeUpdate();
            }
            System.out.println(one(portal, "SELECT state FROM licence_home.application WHERE application_no = ?", applicationNo));
            System.out.println("found " + one(portal, "SELECT count(*) FROM licence_home.application WHERE application_no = ANY (?)",
                    portal.createArrayOf("varchar", new Object[] {applicationNo})));
            portal.commit();

            refused(portal, applicantId, "SELECT 1 FROM licence_home.application WHERE application_no = ?", "no number");
            refused(portal, applicantId,
                    "INSERT INTO licence_home.application (applicant_id, profession, district) VALUES (?, 'jams', 3)", applicantId);

            try (PreparedStatement review = prepareForOfficial(clerk,
                    "UPDATE licence_home.document SET review = 'accepted' WHERE application_no = ?", applicationNo)) {
                System.out.println("reviewed " + review.executeUpdate());
            }
            try (PreparedStatement insert = prepareForOfficial(clerk,
                    "INSERT INTO licence_home.inspection (application_no, scheduled_for, inspector) VALUES (?, ?, ?)",
                    applicationNo, Timestamp.from(Instant.parse("2026-03-05T06:30:00Z")), identityNo)) {
                insert.executeUpdate();
            }
            try (PreparedStatement update = prepareForOfficial(clerk,
                    "UPDATE licence_home.application SET state = ? WHERE application_no = ?", "inspection_scheduled", applicationNo)) {
                update.executeUpdate();
            }
            clerk.commit();

            one(portal, "SELECT licence_home.act_for(?)", applicantId);
            System.out.println("read " + one(portal,
                    "SELECT concat_ws(' ', a.state, p.name_en, a.work_area_m2) FROM licence_home.application AS a"
                    + " JOIN licence_home.applicant AS p USING (applicant_id) WHERE a.application_no = ?", applicationNo));
            portal.commit();
        }
    }
}
