import { graphql } from './graphql.js';

/**
 * What a page needs before it can draw anything. The build writes these documents into `first-data.json`, the api runs
 * them for the person who asks and puts the answers into index.html, keyed by operation name.
 */
export const ViewerQuery = graphql(`
  query Viewer {
    viewer {
      id
      card {
        id
        name
        unit
        pictureUrl
        initial
      }
      name
      locale
      zone
      alias
      boardOptOut
      roles
      permissions
      viewAsBy {
        id
        name
      }
    }
  }
`);

export const SettingsQuery = graphql(`
  query Settings($locale: String) {
    companyBrand(locale: $locale) {
      name
      logoUrl
      colour
      languages
      defaultLocale
      pointName
    }
  }
`);

/** Only for the address `/`. */
export const TodayQuery = graphql(`
  query Today {
    today {
      today
      enrolmentId
      checkInDue
      mapTitle
      versionId
      day
      days
      stage
      stages {
        key
        title
        fromDay
        toDay
        done
        total
      }
      ridge
      hoursThisWeek
      nextStep {
        nodeId
        kind
        title
        state
        minutes
        dueOn
        late
        daysLate
        unitsDone
        unitsOf
        scoreBp
        targetKind
        targetId
        targetCode
      }
      dueSoon {
        nodeId
        kind
        title
        state
        minutes
        dueOn
        late
        daysLate
        unitsDone
        unitsOf
        scoreBp
        targetKind
        targetId
        targetCode
      }
      overdue
      assignmentsDue {
        id
        targetKind
        targetCode
        title
        dueOn
        completedOn
        overdue
      }
      assignmentsAhead {
        id
        targetKind
        targetCode
        title
        dueOn
      }
      mentor {
        id
        name
        unit
        pictureUrl
        initial
      }
      mentorHour {
        meetingId
        startsAt
        minutes
        side
        openActions
        with {
          id
          name
          pictureUrl
          initial
        }
      }
    }
    viewer {
      id
      points {
        today
        balance
      }
      review {
        due
        fresh
        minutes
        doneToday
        nextDueAt
      }
      streak {
        length
        doneToday
      }
      unreadNotifications
    }
    myCourses(state: "in-progress", first: 5) {
      id
      code
      resume {
        lessonKey
        title
        kind
        minutes
        place
      }
      checkpoint {
        title
        assessmentCode
        passMark
        bestScore
        attempts
      }
    }
    announcements {
      id
      title
      pinned
      read
      fromAt
      by {
        id
        name
      }
    }
  }
`);
